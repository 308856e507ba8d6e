#include "evaluate/explain.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "base/signals.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "evaluate/evaluator.h"
#include "evaluate/label_reader.h"
#include "metrics/intervals.h"
#include "predict/predictor.h"
#include "table/open_table.h"
#include "table/record_encoder.h"

namespace mdl {
namespace {

constexpr double kConfidence = 0.95;

/// Rows in memory, of a longer stream a sample.
struct Sample {
  EncodedRows rows;
  std::vector<Label> labels;
  int64_t seen = 0;  // rows with a target

  /// Takes the row, in the place of another one where the sample is full, or leaves it, so that each of the stream's
  /// has the same chance to stay (Vitter 1985, algorithm R).
  void offer(const RecordReader& record, const Label& label, RecordEncoder& encoder, size_t most,
             const Random& random) {
    const auto before = static_cast<uint64_t>(seen++);
    if (before < most) {
      if (const auto bad = encoder.append(record, rows)) throw bad_record(record, *bad);
      labels.push_back(label);
      return;
    }
    const auto place = static_cast<size_t>(random.uniform(before) * static_cast<double>(before + 1));
    if (place >= most) return;
    row_.clear();
    if (const auto bad = encoder.append(record, row_)) throw bad_record(record, *bad);
    rows.replace(place, row_, 0);
    labels[place] = label;
  }

 private:
  EncodedRows row_;
};

Evaluator tally_of(const Model& model, Predictor& predictor, const Sample& sample, const std::string& file) {
  Predictions predictions;
  predictor.predict(sample.rows, 0, sample.rows.rows, predictions);
  if (predictions.not_finite())
    fail("{}: the network's output for one of the rows is not finite; a number in it is far too large", file);
  Evaluator evaluator(model);
  for (size_t i = 0; i < sample.labels.size(); ++i) evaluator.add(sample.labels[i], predictions, i, 1);
  return evaluator;
}

/// A column of a matrix of `width` columns.
template <class T>
struct MatrixColumn {
  size_t width, place;
  std::vector<T> cells;

  MatrixColumn(const std::vector<T>& matrix, size_t columns, size_t column) : width(columns), place(column) {
    for (size_t at = place; at < matrix.size(); at += width) cells.push_back(matrix[at]);
  }

  void put(std::vector<T>& matrix, const std::vector<uint32_t>& order) const {
    for (size_t row = 0; row < cells.size(); ++row) matrix[row * width + place] = cells[order[row]];
  }
};

/// A feature's cells as they were: its numbers, its indices, or both.
class Cells {
 public:
  Cells(const EncodedRows& rows, const Encoder& encoder, size_t f) {
    const ColumnInputs inputs = encoder.features[f].inputs();
    const EncodedPlace place = encoder.places()[f];
    if (inputs.imputed) numbers_.emplace(rows.numbers, encoder.numeric_count(), place.number);
    if (inputs.indices) indices_.emplace(rows.indices, encoder.indexed_count(), place.index);
  }

  /// Row i gets the cell of row order[i].
  void put(EncodedRows& rows, const std::vector<uint32_t>& order) const {
    if (numbers_) numbers_->put(rows.numbers, order);
    if (indices_) indices_->put(rows.indices, order);
  }

 private:
  std::optional<MatrixColumn<float>> numbers_;
  std::optional<MatrixColumn<int32_t>> indices_;
};

template <class Values>
auto value_of(const Values& values, Metric metric) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const auto& pair) { return pair.first == metric; });
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

/// One shuffle after the other of one column of the sample.
class Explainer {
 public:
  Explainer(const Model& model, const ExplainOptions& options, Sample& sample, Predictor& predictor,
            const Evaluator& evaluator, std::string file)
      : model_(model), options_(options), sample_(sample), predictor_(predictor), tally_(evaluator),
        file_(std::move(file)), scores_(evaluator.scores()), metric_(options.metric.value_or(main_metric(model))) {
    if (!score_of(scores_, metric_)) fail("{}: {} is undefined on these rows", file_, name_of(metric_));
  }

  Importance importance(size_t f) {
    const std::string& name = model_.encoder.features[f].name;
    const Cells cells(sample_.rows, model_.encoder, f);
    std::vector<uint32_t> as_it_was(sample_.rows.rows);
    std::iota(as_it_was.begin(), as_it_was.end(), 0);
    std::optional<Interval> around;  // the first drop
    double sum = 0;
    for (size_t repeat = 0; repeat < options_.repeats; ++repeat) {
      if (stop_signal() != 0) throw Interrupted(file_);
      std::vector<uint32_t> order = as_it_was;
      shuffle(order,
              Random(options_.seed, Purpose::kPermutation, static_cast<uint32_t>(f * options_.repeats + repeat)));
      cells.put(sample_.rows, order);
      const Evaluator now = tally_of(model_, predictor_, sample_, file_);
      const double drop = drop_to(now, name);
      sum += drop;
      if (repeat == 0) around = interval_around(drop, now);
    }
    cells.put(sample_.rows, as_it_was);
    const double mean = sum / static_cast<double>(options_.repeats);
    return {name, mean, around ? std::optional(Interval{mean + around->low, mean + around->high}) : std::nullopt};
  }

 private:
  /// How much worse the score is.
  double drop_to(const Evaluator& now, const std::string& name) const {
    const auto drop = value_of(differences(scores_, now.scores()), metric_);
    if (!drop)
      fail("{}: {} is undefined once column {} is shuffled; choose another score with --metric", file_,
           name_of(metric_), quote(name));
    return higher_is_better(metric_) ? *drop : 0 - *drop;
  }

  /// Relative to the drop.
  std::optional<Interval> interval_around(double drop, const Evaluator& now) const {
    const auto interval = value_of(tally_.intervals_of_differences(now, kConfidence), metric_);
    if (!interval && sample_.labels.size() > 1) return std::nullopt;
    if (!interval) fail("{}: 1 row with a target is too few for an interval of {}", file_, name_of(metric_));
    return higher_is_better(metric_) ? Interval{interval->low - drop, interval->high - drop}
                                     : Interval{0 - interval->high - drop, 0 - interval->low - drop};
  }

  const Model& model_;
  const ExplainOptions& options_;
  Sample& sample_;
  Predictor& predictor_;
  const Evaluator& tally_;
  std::string file_;
  Scores scores_;
  Metric metric_;
};

}  // namespace

Report explain_file(const Model& model, Predictor& predictor, const std::string& data, const ExplainOptions& options,
                    Console& console) {
  Sha256 hash;
  const Table table = open_table(data, {.told = options.format, .expected = model.format}, {.unpacked = &hash});
  RecordReader& records = *table.records;
  LabelReader labels(model.target, model.encoder.missing.spellings(), records);
  RecordEncoder encoder(model.encoder, records);

  Sample sample;
  int64_t unlabelled = 0;
  const Random random(options.seed, Purpose::kSample);
  while (records.next()) {
    const Label label = labels.read(records, options.skip_unlabelled);
    if (label.missing) {
      ++unlabelled;
      continue;
    }
    sample.offer(records, label, encoder, options.rows, random);
    if (sample.seen % 4096 == 0 && stop_signal() != 0) throw Interrupted(records.name());
  }
  if (sample.seen == 0) fail("{}: has no row with a target", records.name());
  const size_t rows = sample.labels.size();
  if (static_cast<int64_t>(rows) < sample.seen) {
    console.log(fmt::format("{}: a random sample of {} of {} rows; --rows takes more", records.name(),
                            grouped(static_cast<long long>(rows)), grouped(sample.seen)));
  }

  const Evaluator evaluator = tally_of(model, predictor, sample, records.name());
  Report report = evaluator.report();
  report.data_sha256 = hash.finish();
  report.skipped_unlabelled = unlabelled;
  report.unknown_labels = labels.unknown();
  report.unseen = encoder.unseen();
  report.intervals = evaluator.intervals(kConfidence);
  report.importance_metric = options.metric.value_or(main_metric(model));
  Explainer explainer(model, options, sample, predictor, evaluator, records.name());
  const std::vector<Feature>& features = model.encoder.features;
  for (size_t f = 0; f < features.size(); ++f) {
    console.progress(static_cast<double>(f) / static_cast<double>(features.size()), "shuffling " + features[f].name);
    report.importance.push_back(explainer.importance(f));
  }
  std::stable_sort(report.importance.begin(), report.importance.end(),
                   [](const Importance& a, const Importance& b) { return a.drop > b.drop; });
  return report;
}

}  // namespace mdl
