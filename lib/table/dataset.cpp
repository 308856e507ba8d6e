#include "table/dataset.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "config/option_types.h"
#include "config/yaml.h"
#include "table/open_table.h"
#include "table/paths.h"
#include "table/weight.h"

namespace mdl {
namespace {

template <class Names>
void expect_columns(const Names& names, const std::vector<std::string>& header, const std::string& key,
                    const std::string& file) {
  const std::set<std::string_view> columns(header.begin(), header.end());
  for (const std::string& name : names) {
    if (columns.contains(name)) continue;
    const auto meant = did_you_mean(name, header);
    fail("{}: no column is named {}, as {} says{}", file, quote(name), key,
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
}

/// For each column of the first file its position in this one.
std::vector<size_t> match_columns(const std::vector<std::string>& header, const RecordReader& file,
                                  const std::string& first) {
  std::vector<size_t> places;
  for (const std::string& name : header) {
    const size_t same = places.size();
    places.push_back(same < file.header().size() && file.header()[same] == name ? same : file.find(name));
    if (places.back() == file.header().size())
      fail("{}: has no column {}, which {} has", file.name(), quote(name), first);
  }
  if (header.size() != file.header().size()) {
    const std::set<std::string_view> columns(header.begin(), header.end());
    std::vector<std::string> more;
    for (const std::string& name : file.header()) {
      if (!columns.contains(name)) more.push_back(quote(name));
    }
    fail("{}: has the column{} {}, which {} does not have", file.name(), more.size() > 1 ? "s" : "", join_names(more),
         first);
  }
  return places;
}

[[noreturn]] void refuse_column(const std::string& file, const std::string& wanted, const char* key,
                                const std::vector<std::string>& names) {
  const auto meant = did_you_mean(wanted, names);
  fail("{}: has no column {}, as {} says; {}", file, quote(wanted), key,
       meant ? "did you mean " + quote(*meant) + "?" : "it has " + join_names(names, 20));
}

}  // namespace

const Column* Dataset::find(const std::string& name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const Column& Dataset::column(const std::string& wanted, const char* key) const {
  if (const Column* found = find(wanted)) return *found;
  std::vector<std::string> names;
  for (const Column& c : columns) names.push_back(c.name);
  refuse_column(name, wanted, key, names);
}

void Dataset::release(size_t block) {
  for (Column& column : columns) {
    // = {} would keep the memory.
    if (block < column.numbers.size()) std::vector<double>().swap(column.numbers[block]);
    if (block < column.codes.size()) std::vector<int32_t>().swap(column.codes[block]);
  }
}

DatasetBuilder::DatasetBuilder(DatasetOptions options) : options_(std::move(options)), missing_(options_.missing) {}

void DatasetBuilder::begin(const RecordReader& records) {
  first_ = records.name();
  header_ = records.header();
  std::vector<std::string> typed;
  for (const auto& [name, kind] : options_.types) typed.push_back(name);
  expect_columns(typed, header_, options_.types_by, first_);
  expect_columns(options_.ignore, header_, "data.ignore", first_);
  TextFormat format = options_.format;
  if (records.has_plain_numbers()) format.decimal = {}, format.thousands = {};
  for (const std::string& name : header_) {
    std::optional<ColumnType> type;
    if (const auto told = options_.types.find(name); told != options_.types.end()) type = told->second;
    if (options_.as_texts.contains(name)) type = ColumnType(ColumnKind::kCategorical);
    if (!is_utf8(name)) {
      fail(
          "{}:1: the column name {} is not UTF-8 text; set data.format.encoding (--encoding), to windows-1252 or "
          "latin1 "
          "for most such files",
          first_, quote(name));
    }
    // One without a name is no feature, whatever it holds.
    if (trim(name).empty()) type = ColumnType(ColumnKind::kCategorical);
    columns_.emplace_back(name, type, options_.keep_texts.contains(name), format, options_.words_are_missing);
  }
}

DatasetBuilder::Places DatasetBuilder::open(const RecordReader& records) {
  if (header_.empty()) begin(records);
  const std::vector<size_t> places = match_columns(header_, records, first_);
  Places kept;
  for (size_t i = 0; i < header_.size(); ++i) {
    if (!options_.ignore.contains(header_[i])) kept.emplace_back(places[i], &columns_[i]);
  }
  dataset_.files.push_back(dataset_.rows);
  return kept;
}

int64_t DatasetBuilder::add(RecordReader& records) {
  const Places kept = open(records);
  const size_t weight = options_.weight.empty() ? records.header().size() : records.find(options_.weight);
  for (; records.next(); ++dataset_.rows) {
    if (weight < records.header().size()) note_weight(records.cell(weight), records);
    for (const auto& [place, column] : kept) {
      const Cell cell = records.cell(place);
      if (missing_.contain(cell)) {
        column->add_missing();
      } else {
        column->add(cell, records);
      }
    }
  }
  if (dataset_.rows > std::numeric_limits<uint32_t>::max())
    fail("{}: has more than 4,294,967,295 rows; data.streaming: true takes them", first_);
  return static_cast<int64_t>(dataset_.rows - dataset_.files.back());
}

void DatasetBuilder::note_weight(const Cell& cell, const RecordReader& row) {
  std::string room;
  const std::string_view text = text_of(cell, room);
  const auto number = parse_number(text);
  const bool missing = missing_.contain(cell);
  if (number && !missing && is_weight(*number)) return;
  const std::string problem = fmt::format("{}: column {}, the sample weight: expected a number of at least 0, found {}",
                                          row.where(), quote(options_.weight), quote_cell(text));
  if (number || missing) throw Error(problem);
  if (odd_weight_.empty()) odd_weight_ = problem;
}

Dataset DatasetBuilder::finish() {
  if (dataset_.rows == 0) fail("{}: has a header but no rows", first_);
  std::vector<std::string> problems, notes;
  std::vector<std::pair<ColumnType, std::pair<std::string, std::string>>> with_points;  // of columns, each with a cell
  std::string with_comma;
  for (ColumnBuilder& column : columns_) {
    try {
      Column done = column.finish();
      if (options_.ignore.contains(done.name)) continue;
      const bool spelled = done.kind == ColumnKind::kNumeric && done.form.special() && done.form.is_number();
      if (done.name == options_.weight && !odd_weight_.empty() && !spelled) throw Error(odd_weight_);
      if (!done.note.empty()) notes.push_back(done.note);
      if (!column.with_point().empty()) {
        const NumberForm form = done.kind == ColumnKind::kNumeric ? done.form : NumberForm();
        with_points.push_back({{ColumnKind::kNumeric, form}, {done.name, column.with_point()}});
      }
      if (done.form.decimal == ',' && with_comma.empty()) with_comma = done.name;
      dataset_.columns.push_back(std::move(done));
    } catch (const Error& problem) {
      problems.push_back(problem.what());
    }
  }
  for (const auto& [type, example] : with_points) {
    if (with_comma.empty()) break;
    const auto& [name, cell] = example;
    problems.push_back(
        fmt::format("column {}: in {} the point may separate thousands, as column {} has decimal commas; set "
                    "data.format.decimal to ',' (--decimal), or data.types: {{{}: {}}} where it is a decimal point",
                    quote(name), quote_cell(cell), quote(with_comma), yaml_text(name), ColumnTypeKind().write(type)));
  }
  if (!problems.empty()) {
    problems.insert(problems.end(), notes.begin(), notes.end());
    constexpr size_t kMostProblems = 50;
    problems.resize(std::min(problems.size(), kMostProblems));
    throw Error(fmt::format("{}", fmt::join(problems, "\n")));
  }
  return std::move(dataset_);
}

void expect_column(const std::vector<std::string>& paths, const TextFormat& format, const std::string& name,
                   const char* key) {
  const std::vector<std::string> files = expand(paths);
  if (!std::filesystem::is_regular_file(files[0])) return;
  const auto records = open_table(files[0], {.told = format}).records;
  if (records->find(name) == records->header().size())
    refuse_column(name_of_paths(paths), name, key, records->header());
}

std::string name_of_paths(const std::vector<std::string>& paths) {
  return paths.size() == 1 ? input_name(paths[0]) : fmt::format("{} and {} more", paths[0], paths.size() - 1);
}

Dataset read_dataset(const std::vector<std::string>& paths, const DatasetOptions& options) {
  DatasetBuilder builder(options);
  std::vector<InputFile> inputs;
  std::vector<std::string> notes;
  TextInput text{.told = options.format};
  for (const std::string& path : expand(paths)) {
    Sha256 hash;
    const Table table = open_table(path, text, {.stored = &hash});
    if (!table.findings.empty()) notes.push_back(fmt::format("{}: found {}", table.records->name(), table.findings));
    if (inputs.empty()) text.expected = table.format;
    const int64_t rows = builder.add(*table.records);
    inputs.push_back({path, hash.finish(), rows});
  }
  Dataset dataset = builder.finish();
  dataset.format = text.expected;
  dataset.notes = std::move(notes);
  dataset.inputs = std::move(inputs);
  dataset.name = name_of_paths(paths);
  return dataset;
}

}  // namespace mdl
