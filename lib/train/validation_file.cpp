#include "train/validation_file.h"

#include <memory>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "report/formatting.h"
#include "table/open_table.h"
#include "table/record_encoder.h"
#include "table/weight.h"

namespace mdl {

std::vector<std::string> append_validation_file(const DataConfig& config, TrainingData& data) {
  const std::string& path = config.validation->path;
  const std::string& weight = config.weight;
  Sha256 hash;
  const Table table = open_table(path, {.told = config.format, .expected = data.format}, {.stored = &hash});
  RecordReader& records = *table.records;
  const Target& target = data.target;
  const TargetReader labels(target, data.encoder.missing.spellings(), records);
  RecordEncoder encoder(data.encoder, records);
  std::optional<WeightReader> weights;
  if (!weight.empty()) weights.emplace(weight, data.weight_form, records);
  int64_t rows = 0;
  for (; records.next(); ++rows) {
    const Label label = labels.read(records);
    if (label.missing) {
      ++data.findings.unlabelled;
      continue;
    }
    if (target.task == Task::kRegression) {
      data.labels.numbers.push_back(label.number);
    } else {
      if (label.class_index < 0)
        fail("{}: column {}: {} is not a class of the training rows", records.where(), quote(target.name),
             quote_cell(labels.cell(records)));
      data.labels.classes.push_back(label.class_index);
    }
    if (weights) data.weights.push_back(weights->read(records));
    data.split.validation.push_back(static_cast<uint32_t>(data.rows.rows));
    if (const auto bad = encoder.append(records, data.rows)) throw bad_record(records, *bad);
  }
  data.validation = InputFile{path, hash.finish(), rows};
  std::vector<std::string> lines;
  for (const std::string& line : unseen_lines(encoder.unseen()))
    lines.push_back(fmt::format("{}: {}", records.name(), line));
  return lines;
}

}  // namespace mdl
