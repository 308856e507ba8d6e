#include "evaluate/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "evaluate/about.h"
#include "metrics/calibration.h"
#include "metrics/intervals.h"
#include "metrics/row_loss.h"

namespace mdl {

Evaluator::Evaluator(const Model& model, const Objective& scored)
    : model_(model), scored_(scored), classes_(model.target.classes.size(), model.target.positive),
      numbers_(metric_of(scored.loss)) {
  if (numbers_.own() && scored == model.target.objective) trivial_.emplace(numbers_.own());
  if (model.target.objective.has_quantiles()) quantiles_.emplace(model.target.objective.quantiles);
}

void Evaluator::add_number(const Label& label, const Predictions& predictions, size_t i, double weight) {
  const std::span<const double> numbers = predictions.numbers_of(i);
  const bool as_scored = scored_ == model_.target.objective;
  const auto loss_of = [&](std::span<const double> predicted) {
    return numbers_.own() ? row_loss(scored_, label.number, predicted) : 0;
  };
  numbers_.add(label.number, predictions.values[i], weight,
               loss_of(as_scored ? numbers : std::span(&predictions.values[i], 1)));
  if (quantiles_) quantiles_->add(label.number, numbers, weight);
  if (!trivial_) return;
  const Target& target = model_.target;
  const double exposure = predictions.exposures.empty() ? 1 : predictions.exposures[i];
  std::vector<double> trivial;
  for (size_t k = 0; k < std::max<size_t>(target.centers.size(), 1); ++k)
    trivial.push_back(target.constant(k) * exposure);
  trivial_->add(label.number, target.constant() * exposure, weight, loss_of(trivial));
}

void Evaluator::add(const Label& label, const Predictions& predictions, size_t i, double weight) {
  if (model_.target.task == Task::kRegression) return add_number(label, predictions, i, weight);
  const size_t k = model_.target.classes.size();
  classes_.add(label.class_index, predictions.classes[i], std::span(predictions.probabilities).subspan(i * k, k),
               weight);
}

void Evaluator::append(const Evaluator& from, size_t row) {
  if (model_.target.task == Task::kRegression) return numbers_.append(from.numbers_, row);
  classes_.append(from.classes_, row);
}

int64_t Evaluator::rows() const { return model_.target.task == Task::kRegression ? numbers_.rows() : classes_.rows(); }

Scores Evaluator::scores() const {
  return model_.target.task == Task::kRegression ? numbers_.scores() : classes_.scores();
}

Intervals Evaluator::intervals(double confidence) const {
  return model_.target.task == Task::kRegression ? intervals_of(numbers_, confidence)
                                                 : intervals_of(classes_, confidence);
}

Intervals Evaluator::intervals_of_differences(const Evaluator& other, double confidence) const {
  return model_.target.task == Task::kRegression ? mdl::intervals_of_differences(numbers_, other.numbers_, confidence)
                                                 : mdl::intervals_of_differences(classes_, other.classes_, confidence);
}

namespace {

/// Of the rows that are of a known class.
std::vector<double> shares_of(const std::vector<ClassScores>& classes) {
  std::vector<double> shares;
  for (const ClassScores& each : classes) shares.push_back(static_cast<double>(each.support));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= std::max(sum, 1.0);
  return shares;
}

}  // namespace

Report Evaluator::report() const {
  const Target& target = model_.target;
  Report report;
  report.task = target.task;
  report.target = target.name;
  report.metric = main_metric(model_);
  report.threshold = model_.threshold;
  report.versions = model_.versions;
  const bool known = !model_.network.widths.empty();  // the model, not what stands in for it
  if (known) report.about = about_model(model_);
  if (target.task == Task::kBinary) report.cost = cost_of(model_);
  report.rows = rows();
  report.scores = scores();
  report.baseline_text = "not known, since of a model only its predictions are";
  if (target.task == Task::kRegression) {
    if (known) {
      report.baseline = trivial_ ? trivial_->scores() : numbers_.constant_scores(target.constant());
      report.baseline_text = fmt::format("always {:.6g}{}", target.constant(),
                                         model_.encoder.exposure ? " times the exposure" : "");
    }
    if (quantiles_) report.quantiles = quantiles_->coverage();
    if (scored_.loss == LossKind::kTweedie) report.tweedie_power = scored_.tweedie_power;
    report.zero_targets = numbers_.zero_labels();
    return report;
  }
  if (const auto& priors = model_.class_priors; model_.serving) {
    report.baseline_text = "not known, since a serving model holds no class shares";
  } else if (known) {
    const auto likely = static_cast<size_t>(std::max_element(priors.begin(), priors.end()) - priors.begin());
    report.baseline = classes_.constant_scores(static_cast<int>(likely), priors);
    report.baseline_text = fmt::format("always {}", quote(target.classes[likely]));
  }
  report.classes = target.classes;
  report.positive = target.positive;
  report.per_class = classes_.per_class();
  if (!known) report.metric = main_metric(target.task, shares_of(report.per_class), target.positive);
  if (target.classes.size() <= kWidestConfusion) {
    report.confusion = classes_.confusion();
  } else {
    report.confusions = classes_.largest_confusions(kWidestConfusion);
  }
  std::vector<RankedRow> certainties = classes_.certainties();
  report.unknown_label_rows = classes_.unknown_rows();
  if (!certainties.empty()) report.reliability = reliability_of(certainties);
  if (target.task == Task::kBinary) report.ranked = std::move(certainties);
  return report;
}

}  // namespace mdl
