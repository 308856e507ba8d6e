#include "train/training_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

#include "base/counted.h"
#include "base/error.h"
#include "base/text.h"
#include "table/rounding.h"
#include "table/value.h"
#include "train/feature_columns.h"
#include "train/objective.h"

namespace mdl {
namespace {

void clip_to_targets_of_rows(const Config& config, TrainingData& data) {
  const std::vector<double>& exposures = data.rows.exposures;
  const auto target_of = [&](uint32_t row) {
    return data.labels.numbers[row] / (exposures.empty() ? 1 : exposures[row]);
  };
  const auto targets = data.split.train | std::views::transform(target_of);
  const auto [low, high] = std::ranges::minmax(targets);
  const auto rows = [&](double target) { return static_cast<size_t>(std::ranges::count(targets, target)); };
  clip_to_targets(config, low, rows(low), high, rows(high), data);
}

std::vector<size_t> counts_of_classes(const TrainingData& data) {
  std::vector<size_t> counts(data.target.classes.size());
  for (const uint32_t row : data.split.train) ++counts[static_cast<size_t>(data.labels.classes[row])];
  return counts;
}

/// A note about classes that are the same number and stay apart.
void note_equal_classes(const Target& target, std::vector<std::string>& notes) {
  for (size_t k = 1; k < target.classes.size(); ++k) {  // numbers are sorted
    const std::string &before = target.classes[k - 1], &here = target.classes[k];
    const auto number = parse_number(here);
    if (!number || parse_number(before) != number || !same_number(before, here)) continue;
    notes.push_back(
        fmt::format("target {}: {} and {} are the same number in different spellings; they are kept as two classes",
                    quote(target.name), quote_cell(before), quote_cell(here)));
    return;
  }
}

}  // namespace

void clip_to_targets(const Config& config, double low, size_t rows_low, double high, size_t rows_high,
                     TrainingData& data) {
  const auto common = [&](size_t rows) { return static_cast<int64_t>(rows) >= config.data.min_category_rows; };
  data.low = common(rows_low) ? low : rounded_down(low, high - low);
  data.high = common(rows_high) ? high : rounded_up(high, high - low);
  if (!data.start) return;
  data.low = std::min(data.low, data.start->model.low);
  data.high = std::max(data.high, data.start->model.high);
}

std::vector<double> class_priors(const Target& target, const std::vector<size_t>& rows, const std::string& table) {
  const auto all = static_cast<double>(std::accumulate(rows.begin(), rows.end(), size_t{0}));
  std::vector<double> priors;
  for (const size_t of_class : rows) {
    priors.push_back(static_cast<double>(of_class) / all);
    if (priors.back() == 1) {
      fail("{}: the training rows hold only one class of column {}; the split leaves nothing to learn", table,
           quote(target.name));
    }
  }
  return priors;
}

TrainingData fit_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                      std::shared_ptr<const StartModel> start) {
  const DataConfig& data = config.data;
  TrainingData out{.target = std::move(known.target),
                   .labels = std::move(known.labels),
                   .split = std::move(split),
                   .weights = std::move(known.weights),
                   .findings = {.table = dataset.name,
                                .rows = std::max(dataset.rows, dataset.all_rows),
                                .other_reading = known.other_reading}};
  const bool regression = out.target.task == Task::kRegression;
  const std::vector<uint32_t>& train = out.split.train;
  out.findings.unlabelled = known.unlabelled;

  std::vector<std::string>& notes = out.findings.notes;
  note_roles(data, notes);
  if (const auto nothing = static_cast<int64_t>(known.without_weight); nothing > 0)
    notes.push_back(
        fmt::format("{} of weight 0 count{} for nothing", counted(nothing, "row"), nothing == 1 ? "s" : ""));
  const std::vector<const Column*> features = feature_columns(dataset, data, notes);
  if (const std::string unread = start ? note_of_new_columns(*start, features) : ""; !unread.empty())
    notes.push_back(unread);
  for (const Column* column : features) {
    if (!column->note.empty()) notes.push_back(column->note);
  }
  const Column* group = data.split.group.empty() ? nullptr : &dataset.column(data.split.group, "data.split.group");
  out.findings.giveaways = find_giveaways(one_column_scores(features, out.target, out.labels, train, group),
                                          out.target.task);
  std::vector<const Column*> spelled = features;
  if (!regression) spelled.push_back(&dataset.column(data.target, "data.target"));
  if (group != nullptr) spelled.push_back(group);
  note_spellings(spelled, notes);
  note_equal_classes(out.target, notes);

  const EncoderOptions encoding{.scaling = *config.model.scaling,
                                .missing_indicators = *config.model.missing_indicators,
                                .date_parts = config.model.date_parts,
                                .one_hot_categories = static_cast<size_t>(*config.model.one_hot_categories),
                                .value_embeddings = *config.model.value_tables ? &out.labels : nullptr,
                                .min_category_rows = static_cast<size_t>(data.min_category_rows)};
  out.encoder = start ? start->model.encoder : fit_encoder(features, train, data.missing, encoding, notes);
  note_forms(out.encoder, data, notes);
  if (!data.exposure.empty() && !start)
    out.encoder.exposure = {data.exposure, dataset.column(data.exposure, "data.exposure").form};
  out.rows.exposures = std::move(known.exposures);
  out.start = std::move(start);
  return out;
}

TrainingData encode_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                         const std::function<void(size_t block)>& encoded, std::shared_ptr<const StartModel> start) {
  TrainingData out = fit_rows(config, dataset, std::move(known), std::move(split), std::move(start));
  if (out.target.task == Task::kRegression) {
    if (!out.start) fit_target(out.target, out.labels.numbers, out.rows.exposures, out.split.train);
    if (*config.model.clamp) clip_to_targets_of_rows(config, out);
  } else {
    out.class_priors = class_priors(out.target, counts_of_classes(out), out.findings.table);
  }
  EncodedRows rows = encode(out.encoder, dataset, encoded);
  rows.exposures = std::move(out.rows.exposures);
  out.rows = std::move(rows);
  return out;
}

}  // namespace mdl
