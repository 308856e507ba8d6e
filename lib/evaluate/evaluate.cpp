#include "evaluate/evaluate.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "base/error.h"
#include "base/pipeline.h"
#include "base/signals.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "evaluate/compare.h"
#include "evaluate/drift.h"
#include "evaluate/evaluator.h"
#include "evaluate/groups.h"
#include "evaluate/label_reader.h"
#include "evaluate/worst.h"
#include "io/protection.h"
#include "metrics/intervals.h"
#include "metrics/threshold.h"
#include "predict/predictor.h"
#include "table/open_table.h"
#include "table/record_encoder.h"
#include "table/weight.h"

namespace mdl {
namespace {

constexpr int64_t kRowsBetweenSignals = 4096;

/// Some rows of a stream.
struct Rows {
  std::vector<Label> labels;
  AnsweredRows answered;
  std::vector<size_t> lines;
  std::vector<double> weights;  // empty: all 1
  std::string cells;            // those that are kept, one behind the other
  std::vector<size_t> cell_ends;

  void clear() {
    cells.clear();
    cell_ends.clear();
    labels.clear();
    answered.clear();
    lines.clear();
    weights.clear();
  }
};

/// The columns whose cells are shown of the rows that a model is far off on.
std::vector<std::string> shown_columns(const Encoder& encoder, const RecordReader& records) {
  constexpr size_t kMost = 20;
  std::vector<std::string> names;
  for (const Feature& feature : encoder.features) names.push_back(feature.name);
  std::ranges::sort(names, {}, [&](const std::string& name) { return records.find(name); });
  names.resize(std::min(names.size(), kMost));
  return names;
}

/// The way from records to the evaluator of one that answers. Rows are read on one thread while those before them are
/// counted on another.
class Scorer {
 public:
  Scorer(const Answerer& answerer, const std::vector<std::string>& missing, const RecordReader& records,
         const Objective& scored, WorstRows* worst, const std::vector<std::string>& cells = {})
      : evaluator(answerer.model, scored), labels(answerer.model.target, missing, records),
        answers_(answerer.answers(records)), worst_(worst), file_(records.name()),
        pipeline_(/*slots=*/3, [this](Rows& rows) { count(rows); }) {
    for (const std::string& column : cells) places_.push_back(records.find(column));
  }

  void take(const RecordReader& record, const Label& label, std::optional<double> weight) {
    Rows& rows = pipeline_.batch();
    answers_->read(record, rows.answered);
    rows.labels.push_back(label);
    rows.lines.push_back(record.line());
    if (weight) rows.weights.push_back(*weight);
    for (const size_t place : places_) {
      rows.cells += record.field(place);
      rows.cell_ends.push_back(rows.cells.size());
    }
    if (rows.lines.size() == answers_->rows_at_once()) pipeline_.push();
  }

  void pass(const RecordReader& record) { answers_->pass(record); }

  /// The evaluator is complete then.
  void finish() {
    pipeline_.push();
    pipeline_.flush();
    answers_->finish();
  }

  std::vector<UnseenCells> unseen() const { return answers_->unseen(); }

  Evaluator evaluator;
  LabelReader labels;

 private:
  void count(Rows& rows) {
    answers_->answer(rows.answered);
    const Predictions& predictions = rows.answered.predictions;
    if (const auto row = predictions.not_finite()) {
      fail("{}:{}: the network's output for this row is not finite; a number in it is far too large", file_,
           rows.lines[*row]);
    }
    for (size_t i = 0; i < rows.labels.size(); ++i) {
      evaluator.add(rows.labels[i], predictions, i, rows.weights.empty() ? 1 : rows.weights[i]);
      if (worst_ != nullptr) worst_->add(rows.lines[i], rows.labels[i], predictions, i, cells_of(rows, i));
    }
    rows.clear();
  }

  std::span<const std::string_view> cells_of(const Rows& rows, size_t row) {
    cells_.clear();
    for (size_t c = row * places_.size(); c < (row + 1) * places_.size(); ++c) {
      const size_t begin = c == 0 ? 0 : rows.cell_ends[c - 1];
      cells_.push_back(std::string_view(rows.cells).substr(begin, rows.cell_ends[c] - begin));
    }
    return cells_;
  }

  std::unique_ptr<RowAnswers> answers_;
  WorstRows* worst_;
  std::vector<size_t> places_;           // of the columns whose cells are kept
  std::vector<std::string_view> cells_;  // of a row
  std::string file_;
  Pipeline<Rows> pipeline_;  // last, so that its thread ends first
};

/// Calls the class that is called "" by the label that was found, or where none was, after the other one. Throws Error
/// where no row is of that other one, but for 1, of which 0 is the other.
void name_class(Target& target, const Scorer& scorer, const std::string& table) {
  const auto nameless = std::ranges::find(target.classes, "");
  if (nameless == target.classes.end()) return;
  const std::string &positive = target.classes[target.positive], &label = scorer.labels.named();
  const bool has_positives = scorer.evaluator.per_class()[target.positive].support > 0;
  if (!has_positives && !(positive == "1" && label == "0")) {
    fail("{}: no row's {} is {}, the positive class; --positive names another one", table, quote(target.name),
         quote(positive));
  }
  *nameless = label.empty() ? "not " + positive : label;
}

}  // namespace

ScoredTable::ScoredTable(const std::string& path, const TextInput& text, Sha256* stored)
    : records_(open_table(path, text, {.unpacked = &hash_, .stored = stored}).records) {}

void ScoredTable::expect_columns(const Target& target, const Encoder& encoder, const std::string& weight) const {
  const LabelReader labels(target, encoder.missing.spellings(), *records_);
  const RecordEncoder features(encoder, *records_);
  if (!weight.empty()) const WeightReader weights(weight, {}, *records_);
}

Report evaluate_file(const Model& model, Predictor& predictor, const std::string& data,
                     const EvaluateOptions& options) {
  ScoredTable table(data, {.told = options.format, .expected = model.format});
  return evaluate_file(model, predictor, table, options);
}

Report evaluate_file(const Model& model, Predictor& predictor, ScoredTable& data, const EvaluateOptions& options) {
  return evaluate_file(by_model(model, predictor), data, options);
}

Report evaluate_file(const Answerer& answerer, ScoredTable& data, const EvaluateOptions& options) {
  RecordReader& records = *data.records_;
  const Model& model = answerer.model;
  WorstRows worst(model.target, options.worst);
  const bool cells = options.page && options.worst > 0;
  const std::vector<std::string> columns = cells && !has_encrypted_input() ? shown_columns(model.encoder, records)
                                                                           : std::vector<std::string>();
  const Objective& scored = model.target.objective;
  Scorer scorer(answerer, model.encoder.missing.spellings(), records, scored, &worst, columns);
  std::optional<Scorer> other;
  if (options.baseline != nullptr) {
    expect_comparable(model.target, options.baseline->model.target);
    other.emplace(*options.baseline, model.encoder.missing.spellings(), records, scored, nullptr);
  }
  std::optional<DriftCounter> drift;
  if (options.drift) drift.emplace(model.encoder, records);
  std::deque<Groups> groups;
  for (const std::vector<SliceColumn>& columns : slices_of(options.slices, options.gates, records))
    groups.emplace_back(columns, model.encoder, records);
  std::optional<WeightReader> weight_reader;
  if (!options.weight.empty()) weight_reader.emplace(options.weight, options.weight_form, records);

  int64_t unlabelled = 0, seen = 0;
  double weights = 0;
  while (records.next()) {
    if (++seen % kRowsBetweenSignals == 0 && stop_signal() != 0) throw Interrupted(records.name());
    const Label label = scorer.labels.read(records, options.skip_unlabelled);
    if (label.missing) {
      ++unlabelled;
      scorer.pass(records);
      if (other) other->pass(records);
      continue;
    }
    std::optional<double> weight;
    if (weight_reader) weights += *(weight = weight_reader->read(records));
    scorer.take(records, label, weight);
    if (other) other->take(records, other->labels.read(records, options.skip_unlabelled), weight);
    if (drift) drift->add(records);
    for (Groups& each : groups) each.add(records);
  }
  scorer.finish();
  if (other) other->finish();
  if (scorer.evaluator.rows() == 0) fail("{}: has no row with a target", records.name());
  if (answerer.nameless != nullptr) name_class(answerer.nameless->target, scorer, records.name());
  if (!options.weight.empty() && weights == 0)
    fail("{}: column {}, the sample weight: is 0 in every row", records.name(), quote(options.weight));

  Report report = scorer.evaluator.report();
  report.data_sha256 = data.hash_.finish();
  report.weight = options.weight;
  report.confidence = options.confidence;
  report.skipped_unlabelled = unlabelled;
  report.worst = worst.take();
  report.worst_columns = columns;
  report.worst_hidden = cells && has_encrypted_input();
  if (options.page && model.target.task == Task::kRegression) report.errors = scorer.evaluator.errors();
  report.unknown_labels = scorer.labels.unknown();
  report.unseen = scorer.unseen();
  if (drift) report.drift = drift->drift();
  if (options.intervals) report.intervals = scorer.evaluator.intervals(options.confidence);
  if (other) {
    report.compared_to = Comparison{.paired = true, .scores = other->evaluator.scores()};
    report.compared_to->differences = differences(report.scores, report.compared_to->scores);
    if (options.intervals)
      report.compared_to->intervals = scorer.evaluator.intervals_of_differences(other->evaluator, options.confidence);
  }
  const std::optional<double> confidence = options.intervals ? std::optional(options.confidence) : std::nullopt;
  for (Groups& each : groups) {
    Slice slice = each.slice(scorer.evaluator, model, confidence);
    const auto same = [&](const Slice& other) {  // cuts may be spelled in several ways
      return other.columns == slice.columns &&
             std::ranges::equal(other.groups, slice.groups, {}, &SliceGroup::values, &SliceGroup::values);
    };
    if (std::ranges::none_of(report.slices, same)) report.slices.push_back(std::move(slice));
  }
  return report;
}

namespace {

/// The predictions for some of the rows counted.
Evaluator tally_rows(const Model& model, const Predictions& predictions, const TargetValues& labels,
                     std::span<const uint32_t> rows, std::span<const double> weights, std::span<const uint32_t> some) {
  Evaluator evaluator(model);
  auto next = some.begin();
  for (size_t i = 0; i < rows.size() && next != some.end(); ++i) {
    if (rows[i] != *next) continue;
    ++next;
    Label label;
    if (model.target.task == Task::kRegression) {
      label.number = labels.numbers[rows[i]];
    } else {
      label.class_index = labels.classes[rows[i]];
    }
    evaluator.add(label, predictions, i, weights.empty() ? 1 : weights[rows[i]]);
  }
  return evaluator;
}

}  // namespace

Report evaluate_rows(const Model& model, const Predictions& predictions, const TargetValues& labels,
                     std::span<const uint32_t> rows, std::span<const double> weights) {
  const Evaluator evaluator = tally_rows(model, predictions, labels, rows, weights, rows);
  Report report = evaluator.report();
  report.intervals = evaluator.intervals(report.confidence);
  if (model.target.task == Task::kRegression) report.errors = evaluator.errors();
  return report;
}

Comparison compare_rows(const Model& model, const Predictions& predictions, const Model& other,
                        const Predictions& others, const TargetValues& labels, std::span<const uint32_t> rows,
                        std::span<const double> weights) {
  const Evaluator here = tally_rows(model, predictions, labels, rows, weights, rows),
                  there = tally_rows(other, others, labels, rows, weights, rows);
  Comparison comparison{.paired = true, .scores = there.scores()};
  comparison.differences = differences(here.scores(), comparison.scores);
  comparison.intervals = here.intervals_of_differences(there, Report().confidence);
  return comparison;
}

Scores score_rows(const Model& model, const Predictions& predictions, const TargetValues& labels,
                  std::span<const uint32_t> rows, std::span<const double> weights, std::span<const uint32_t> some) {
  return tally_rows(model, predictions, labels, rows, weights, some).scores();
}

double choose_threshold(const Model& model, const Threshold& rule, const Predictions& predictions,
                        const TargetValues& labels, std::span<const uint32_t> rows, std::span<const double> weights) {
  if (rule.rule == Threshold::Rule::kFixed) return rule.value;
  return best_threshold(tally_rows(model, predictions, labels, rows, weights, rows).report().ranked, rule);
}

}  // namespace mdl
