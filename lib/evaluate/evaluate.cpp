#include "evaluate/evaluate.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "evaluate/drift.h"
#include "evaluate/groups.h"
#include "evaluate/tally.h"
#include "evaluate/truths.h"
#include "evaluate/worst.h"
#include "metrics/threshold.h"
#include "predict/predictor.h"
#include "table/csv.h"

namespace mdl {
namespace {

constexpr size_t kRowsAtOnce = 4096;

/// One model's way from records to its tally.
class Scorer {
 public:
  Scorer(const Model& model, const std::vector<std::string>& missing, const CsvReader& csv, const std::string& device)
      : tally(model), truths(model.target, missing, csv), encoder_(model.encoder, csv), predictor_(model, device) {}

  void take(const CsvReader& record, const Truth& truth) {
    encoder_.append(record, encoded_);
    taken_.push_back(truth);
  }

  /// Predicts the rows taken and counts them. `lines` are theirs, `weights` too, or empty.
  void count(const std::string& file, const std::vector<size_t>& lines, const std::vector<float>& weights, WorstRows* worst) {
    const Predictions& predictions = predictor_.predict(encoded_, 0, encoded_.rows);
    if (predictions.not_finite) fail("{}:{}: the network has no finite answer to this row; a number in it is far too large", file, lines[*predictions.not_finite]);
    for (size_t i = 0; i < taken_.size(); ++i) {
      tally.add(taken_[i], predictions, i, weights.empty() ? 1 : weights[i]);
      if (worst != nullptr) worst->add(lines[i], taken_[i], predictions, i);
    }
    encoded_.clear();
    taken_.clear();
  }

  Tally tally;
  TruthReader truths;

 private:
  RecordEncoder encoder_;
  Predictor predictor_;
  EncodedRows encoded_;
  std::vector<Truth> taken_;
};

float read_weight(const CsvReader& record, size_t place, const std::string& column) {
  const auto weight = parse_number(record.field(place));
  if (!weight || *weight < 0 || !std::isfinite(static_cast<float>(*weight))) {
    fail("{}: column {}, the row's weight: expected a number of at least 0, found {}", record.where(), quote(column), quote(record.field(place)));
  }
  return static_cast<float>(*weight);
}

void expect_comparable(const Target& target, const Target& other) {
  if (target.name == other.name && target.task == other.task) return;
  fail("the baseline predicts column {} ({}), the model column {} ({}); they cannot be compared", quote(other.name), name_of(other.task),
       quote(target.name), name_of(target.task));
}

}  // namespace

Report evaluate_file(const Model& model, const std::string& data, const EvaluateOptions& options) {
  Sha256 hash;
  CsvReader csv(std::make_unique<HashedSource>(open_input(data), hash), input_name(data));
  Scorer scorer(model, model.encoder.missing, csv, options.device);
  std::optional<Scorer> other;
  if (options.baseline != nullptr) {
    expect_comparable(model.target, options.baseline->target);
    other.emplace(*options.baseline, model.encoder.missing, csv, options.device);
  }
  std::optional<DriftCounter> drift;
  if (options.drift) drift.emplace(model.encoder, csv);
  std::deque<Groups> groups;
  for (const std::vector<std::string>& columns : options.slices) groups.emplace_back(columns, csv);
  const size_t weight_place = csv.find(options.weight);
  if (!options.weight.empty() && weight_place == csv.header().size()) fail("{}: has no column {} of row weights", csv.name(), quote(options.weight));

  WorstRows worst(model.target, options.worst);
  std::vector<size_t> lines;
  std::vector<float> weights;
  int64_t unlabelled = 0;
  double weight = 0;
  const auto count = [&] {
    scorer.count(csv.name(), lines, weights, &worst);
    if (other) other->count(csv.name(), lines, weights, nullptr);
    lines.clear();
    weights.clear();
    if (stop_signal() != 0) throw Interrupted(csv.name());
  };
  while (csv.next()) {
    const Truth truth = scorer.truths.read(csv, options.skip_unlabelled);
    if (truth.missing) {
      ++unlabelled;
      continue;
    }
    scorer.take(csv, truth);
    if (other) other->take(csv, other->truths.read(csv, options.skip_unlabelled));
    if (drift) drift->add(csv);
    for (Groups& each : groups) each.add(csv);
    lines.push_back(csv.line());
    if (!options.weight.empty()) weight += weights.emplace_back(read_weight(csv, weight_place, options.weight));
    if (lines.size() == kRowsAtOnce) count();
  }
  count();
  if (scorer.tally.rows() == 0) fail("{}: has no row with a target", csv.name());
  if (!options.weight.empty() && weight == 0) fail("{}: column {}, the row's weight: is 0 in every row", csv.name(), quote(options.weight));

  Report report = scorer.tally.report();
  report.data_sha256 = hash.finish();
  report.weight = options.weight;
  report.confidence = options.confidence;
  report.skipped_unlabelled = unlabelled;
  report.worst = worst.take();
  report.unknown_labels = scorer.truths.unknown();
  if (drift) report.drift = drift->drift();
  const BootstrapOptions whole{.confidence = options.confidence};
  if (options.intervals) report.intervals = scorer.tally.intervals(whole);
  if (other) {
    report.compared_to = Comparison{.paired = true, .scores = other->tally.scores()};
    report.compared_to->differences = differences(report.scores, report.compared_to->scores);
    if (options.intervals) report.compared_to->intervals = scorer.tally.intervals_of_differences(other->tally, whole);
  }
  size_t group_count = 0;
  for (const Groups& each : groups) group_count += each.count();
  const BootstrapOptions of_group{.confidence = options.confidence, .work = whole.work / static_cast<double>(std::max<size_t>(group_count, 1))};
  for (const Groups& each : groups) report.slices.push_back(each.slice(scorer.tally, model, options.intervals ? &of_group : nullptr));
  return report;
}

namespace {

/// The rows' predictions counted.
Tally tally_rows(const Model& model, const EncodedRows& encoded, const TargetValues& truths, std::span<const uint32_t> rows,
                 const std::string& device, std::span<const float> weights) {
  EncodedRows selected;
  for (const uint32_t row : rows) selected.append(encoded, row);
  Predictor predictor(model, device);
  const Predictions& predictions = predictor.predict(selected, 0, selected.rows);
  if (predictions.not_finite) fail("the network has no finite answer to a validation row; a number in it is far too large");
  Tally tally(model);
  for (size_t i = 0; i < rows.size(); ++i) {
    Truth truth;
    if (model.target.task == Task::kRegression) {
      truth.number = truths.numbers[rows[i]];
    } else {
      truth.class_index = truths.classes[rows[i]];
    }
    tally.add(truth, predictions, i, weights.empty() ? 1 : weights[rows[i]]);
  }
  return tally;
}

}  // namespace

Report evaluate_rows(const Model& model, const EncodedRows& encoded, const TargetValues& truths, std::span<const uint32_t> rows,
                     const std::string& device, std::span<const float> weights) {
  // A training run is not to spend more on its intervals than on a short training.
  constexpr double kWork = 5e6;
  const Tally tally = tally_rows(model, encoded, truths, rows, device, weights);
  Report report = tally.report();
  report.intervals = tally.intervals({.confidence = report.confidence, .work = kWork});
  return report;
}

double choose_threshold(const Model& model, const Threshold& rule, const EncodedRows& encoded, const TargetValues& truths,
                        std::span<const uint32_t> rows, const std::string& device, std::span<const float> weights) {
  if (rule.rule == Threshold::Rule::kFixed) return rule.value;
  return best_threshold(tally_rows(model, encoded, truths, rows, device, weights).report().ranked, rule);
}

}  // namespace mdl
