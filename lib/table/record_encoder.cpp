#include "table/record_encoder.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "table/number_form.h"

namespace mdl {
namespace {

enum class Fit { kFits, kUnseen, kBad };

Fit encode_cell(const ReadsNumbers auto& kind, const Cell& cell, bool missing, Scaling scaling, EncodedCell to, Bags&) {
  const std::optional<double> number = missing ? std::numeric_limits<double>::quiet_NaN() : kind.number(cell);
  if (!number) return Fit::kBad;
  kind.encode(*number, scaling, to);
  return Fit::kFits;
}

Fit encode_cell(const ReadsTexts auto& kind, const Cell& cell, bool missing, Scaling, EncodedCell to, Bags&) {
  std::string room;
  const std::string_view text = missing ? std::string_view() : text_of(cell, room);
  *to.index = missing ? -1 : kind.index(text);
  if (missing || *to.index >= 0) return Fit::kFits;
  return is_utf8(text) ? Fit::kUnseen : Fit::kBad;
}

Fit encode_cell(const ReadsBags auto& kind, const Cell& cell, bool missing, Scaling, EncodedCell to, Bags& bags) {
  std::string room;
  const std::string_view text = missing ? std::string_view() : text_of(cell, room);
  if (!is_utf8(text)) return Fit::kBad;
  *to.index = bags.add(kind.rows(text));
  return Fit::kFits;
}

std::string expected_in(const Feature& feature) {
  const NumericColumn* number = feature.number();
  return number == nullptr ? "UTF-8 text" : "a " + words_of(number->form);
}

}  // namespace

BadRecord bad_record(const RecordReader& record, const BadCell& cell) {
  return BadRecord(fmt::format("{}: column {}: {} is not {}", record.where(), quote(cell.column), quote_cell(cell.text),
                               cell.expected));
}

RecordEncoder::RecordEncoder(const Encoder& encoder, const RecordReader& records)
    : encoder_(encoder), plain_numbers_(records.has_plain_numbers()), numbers_(encoder.numeric_count()),
      indices_(encoder.indexed_count()), places_(encoder.places()), unseen_(encoder.features.size()) {
  std::vector<std::string> lacking;
  const auto find = [&](const std::string& name, const char* role) {
    const size_t place = records.find(name);
    if (place < records.header().size()) return place;
    const auto meant = did_you_mean(name, records.header());
    const bool other = meant &&
                       std::ranges::none_of(encoder.features, [&](const Feature& f) { return f.name == *meant; });
    lacking.push_back(quote(name) + role + (other ? fmt::format(" (is it {}?)", quote(*meant)) : ""));
    return place;
  };
  for (const Feature& feature : encoder.features) columns_.push_back(find(feature.name, ""));
  if (encoder.exposure) exposure_ = find(encoder.exposure->column, " (the exposure)");
  if (!lacking.empty()) {
    fail("{}: the model needs column{} {}, which {} not there; the file has {}", records.name(),
         lacking.size() > 1 ? "s" : "", join_names(lacking, 20), lacking.size() > 1 ? "are" : "is",
         join_names(records.header(), 20));
  }
}

std::optional<BadCell> RecordEncoder::append(const RecordReader& record, EncodedRows& to) {
  if (encoder_.exposure) {
    const Cell cell = record.cell(exposure_);
    const auto exposure = exposure_of(cell);
    std::string room;
    if (!exposure)
      return BadCell{encoder_.exposure->column, std::string(text_of(cell, room)), "an exposure, a number above 0"};
    to.exposures.push_back(*exposure);
  }
  const size_t bags = to.bags.count();
  const EncodedCell first = to.add_row(numbers_, indices_);
  for (size_t f = 0; f < columns_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const Cell cell = cell_of(record, f);
    const bool missing = encoder_.missing.contain(cell);
    const Fit fit = std::visit(
        [&](const auto& kind) {
          return encode_cell(kind, cell, missing, encoder_.scaling, first.at(places_[f]), to.bags);
        },
        feature.kind);
    if (fit == Fit::kFits) continue;
    if (fit == Fit::kUnseen) {
      ++unseen_[f];
      continue;
    }
    --to.rows;
    to.bags.shrink(bags);
    to.numbers.resize(to.numbers.size() - numbers_);
    to.indices.resize(to.indices.size() - indices_);
    if (encoder_.exposure) to.exposures.pop_back();
    std::string room;
    return BadCell{feature.name, std::string(text_of(cell, room)), expected_in(feature)};
  }
  ++rows_;
  return std::nullopt;
}

std::optional<double> RecordEncoder::exposure_of(const Cell& cell) const {
  const NumberForm& form = encoder_.exposure->form;
  std::string room;
  const auto number = cell.type == Cell::Type::kNumber && form.is_number() ? std::optional(cell.number)
                                                                           : parse_cell(text_of(cell, room), form);
  return number && is_exposure(*number) ? number : std::nullopt;
}

Cell RecordEncoder::cell_of(const RecordReader& record, size_t feature) const {
  const Cell cell = record.cell(columns_[feature]);
  if (!plain_numbers_ || cell.type != Cell::Type::kText || record.raw_field(columns_[feature]).starts_with('"'))
    return cell;
  const NumericColumn* number = encoder_.features[feature].number();
  if (number == nullptr || !number->form.is_number()) return cell;
  const auto plain = parse_number(cell.text);
  return plain ? Cell{.type = Cell::Type::kNumber, .number = *plain} : cell;
}

std::vector<UnseenCells> RecordEncoder::unseen() const {
  std::vector<UnseenCells> unseen;
  for (size_t f = 0; f < columns_.size(); ++f) {
    const Feature& feature = encoder_.features[f];
    const ValueIndex* categories = feature.categories();
    if (categories == nullptr) continue;
    UnseenCells& cells = unseen.emplace_back(UnseenCells{feature.name, rows_, unseen_[f]});
    const std::vector<int64_t>& counts = feature.histogram.counts;
    if (counts.empty()) continue;
    cells.left_out = counts[categories->size()];
    cells.training_rows = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  }
  return unseen;
}

}  // namespace mdl
