#include "evaluate/evaluate.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "metrics/bootstrap.h"
#include "metrics/classification.h"
#include "metrics/regression.h"
#include "predict/predictor.h"
#include "table/csv.h"

namespace mdl {
namespace {

constexpr size_t kRowsAtOnce = 4096;

/// Counts the model's predictions and the trivial model's side by side.
class Tally {
 public:
  explicit Tally(const Model& model)
      : model_(model), target_(model.target), classes_(target_.classes.size(), target_.positive), trivial_classes_(target_.classes.size(), target_.positive) {
    const auto& shares = model.class_shares;
    trivial_label_ = static_cast<int>(std::max_element(shares.begin(), shares.end()) - shares.begin());
  }

  /// Row `i` of `predictions`.
  void add(const Truth& truth, const Predictions& predictions, size_t i) {
    if (target_.task == Task::kRegression) {
      numbers_.add(truth.number, predictions.values[i]);
      trivial_numbers_.add(truth.number, target_.mean);
      return;
    }
    const size_t k = target_.classes.size();
    classes_.add(truth.class_index, predictions.labels[i], std::span(predictions.probabilities).subspan(i * k, k));
    trivial_classes_.add(truth.class_index, trivial_label_, model_.class_shares);
  }

  /// `work` is what the intervals may cost, see bootstrap().
  Report report(double work) const {
    Report report;
    report.task = target_.task;
    report.threshold = model_.threshold;
    report.versions = model_.versions;
    if (target_.task == Task::kRegression) {
      report.rows = numbers_.rows();
      report.scores = numbers_.scores();
      report.intervals = bootstrap(numbers_, {.confidence = report.confidence, .work = work});
      report.baseline = trivial_numbers_.scores();
      report.baseline_text = fmt::format("always {:.6g}", target_.mean);
      return report;
    }
    report.rows = classes_.rows();
    report.scores = classes_.scores();
    report.intervals = bootstrap(classes_, {.confidence = report.confidence, .work = work});
    report.baseline = trivial_classes_.scores();
    report.baseline_text = fmt::format("always {}", quote(target_.classes[static_cast<size_t>(trivial_label_)]));
    report.classes = target_.classes;
    report.positive = target_.positive;
    report.per_class = classes_.per_class();
    report.confusion = classes_.confusion();
    if (target_.task == Task::kBinary) report.ranked = classes_.ranked(target_.positive);
    return report;
  }

 private:
  const Model& model_;
  const Target& target_;
  ClassificationCounts classes_, trivial_classes_;
  RegressionCounts numbers_, trivial_numbers_;
  int trivial_label_;
};

}  // namespace

Report evaluate_file(const Model& model, const std::string& data, const EvaluateOptions& options) {
  CsvReader csv(open_input(data), input_name(data));
  const TargetReader target(model.target, model.encoder.missing, csv);
  const RecordEncoder encoder(model.encoder, csv);
  Predictor predictor(model, options.device);
  Tally tally(model);
  EncodedRows encoded;
  std::vector<Truth> truths;
  std::vector<size_t> lines;
  std::map<std::string, int> unknown;   // labels that the model does not know: -1, -2, ... by first appearance
  int64_t unlabelled = 0;
  const auto count = [&] {
    const Predictions& predictions = predictor.predict(encoded, 0, encoded.rows);
    if (predictions.not_finite) fail("{}:{}: the network has no finite answer to this row; a number in it is far too large", csv.name(), lines[*predictions.not_finite]);
    for (size_t i = 0; i < truths.size(); ++i) tally.add(truths[i], predictions, i);
    encoded.clear();
    truths.clear();
    lines.clear();
    if (stop_signal() != 0) throw Interrupted(csv.name());
  };
  while (csv.next()) {
    Truth truth = target.read(csv);
    if (truth.missing) {
      ++unlabelled;
      if (!options.skip_unlabelled) fail("{}: column {}: the target is missing; --skip-unlabelled leaves such rows out", csv.where(), quote(model.target.name));
      continue;
    }
    if (model.target.task != Task::kRegression && truth.class_index < 0) {
      truth.class_index = unknown.try_emplace(std::string(target.cell(csv)), -1 - static_cast<int>(unknown.size())).first->second;
    }
    encoder.append(csv, encoded);
    truths.push_back(truth);
    lines.push_back(csv.line());
    if (encoded.rows == kRowsAtOnce) count();
  }
  count();
  Report report = tally.report(BootstrapOptions().work);
  if (report.rows == 0) fail("{}: has no row with a target", csv.name());
  report.skipped_unlabelled = unlabelled;
  for (const auto& [label, index] : unknown) report.unknown_labels.push_back(label);
  return report;
}

Report evaluate_rows(const Model& model, const Predictions& predictions, const TargetValues& truths, std::span<const uint32_t> rows) {
  Tally tally(model);
  for (size_t i = 0; i < rows.size(); ++i) {
    Truth truth;
    if (model.target.task == Task::kRegression) {
      truth.number = truths.numbers[rows[i]];
    } else {
      truth.class_index = truths.classes[rows[i]];
    }
    tally.add(truth, predictions, i);
  }
  // A training run is not to spend more on its intervals than on a short training.
  constexpr double kWork = 5e6;
  return tally.report(kWork);
}

}  // namespace mdl
