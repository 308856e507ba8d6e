#include "train/one_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "base/text.h"
#include "config/yaml.h"
#include "metrics/curves.h"

namespace mdl {
namespace {

constexpr size_t kFewestRows = 100, kMostRows = 4000;
constexpr size_t kFewRows = 8, kManyRows = 64;  // of an interval: few where borders matter, many where noise does

/// Rows of the table with what is to be predicted, each in one of two halves.
struct Sample {
  Task task;
  std::vector<uint32_t> rows;
  std::vector<bool> half;
  std::vector<int32_t> classes;  // classification
  std::vector<double> numbers;   // regression
  double trivial = 0;  // the accuracy of the most frequent class; regression: the sum of squares around the mean

  size_t size() const { return rows.size(); }
};

/// At most `most` of the rows, spread evenly.
void take_some(const std::vector<uint32_t>& rows, size_t most, std::vector<uint32_t>& taken) {
  const size_t count = std::min(rows.size(), most);
  const Random random(0, Purpose::kSample);
  for (size_t i = 0; i < count; ++i) {
    const size_t from = i * rows.size() / count, to = (i + 1) * rows.size() / count;
    taken.push_back(rows[from + random.bits(from) % (to - from)]);
  }
}

Sample draw(const Target& target, const TargetValues& labels, const std::vector<uint32_t>& train, const Column* group) {
  Sample sample{.task = target.task};
  if (target.task == Task::kBinary) {  // of a rare class as many rows as there are
    std::vector<uint32_t> of_class[2];
    for (const uint32_t row : train) of_class[labels.classes[row] == 1].push_back(row);
    for (const auto& rows : of_class) take_some(rows, kMostRows / 2, sample.rows);
  } else {
    take_some(train, kMostRows, sample.rows);
  }
  const Random random(0, Purpose::kSample, 1);
  for (const uint32_t row : sample.rows) {
    const auto place = group == nullptr ? static_cast<uint64_t>(row) : static_cast<uint64_t>(group->code(row) + 1);
    sample.half.push_back((random.bits(place) & 1) != 0);
    if (target.task == Task::kRegression) {
      sample.numbers.push_back(labels.numbers[row]);
    } else {
      sample.classes.push_back(labels.classes[row]);
    }
  }
  const auto count = static_cast<double>(sample.size());
  if (target.task == Task::kRegression) {
    const double mean = std::accumulate(sample.numbers.begin(), sample.numbers.end(), 0.0) / count;
    for (const double number : sample.numbers) sample.trivial += (number - mean) * (number - mean);
  } else {
    std::map<int32_t, size_t> counts;
    for (const int32_t one : sample.classes) ++counts[one];
    for (const auto& [one, rows] : counts) sample.trivial = std::max(sample.trivial, static_cast<double>(rows) / count);
  }
  return sample;
}

/// What is said of rows by the others of the same code: a class, the share of the second class, or a number that may
/// grow with x.
class Says {
 public:
  explicit Says(Task task) : task_(task) {}

  void learn(int32_t label, double y, double x) {
    ++rows_;
    if (task_ == Task::kMulticlass) {
      const auto known = std::ranges::find(counts_, label, &std::pair<int32_t, size_t>::first);
      if (known == counts_.end()) {
        counts_.emplace_back(label, 1);
      } else {
        ++known->second;
      }
    } else {
      const double value = task_ == Task::kBinary ? label : y;
      first_ = rows_ == 1 ? x : first_;
      sum_ += value;
      x_ += x - first_;
      xx_ += (x - first_) * (x - first_);
      xy_ += (x - first_) * value;
    }
  }

  double of(double x, double prior) const {
    if (rows_ == 0) return prior;
    if (task_ == Task::kMulticlass) {
      return std::ranges::max_element(counts_, {}, &std::pair<int32_t, size_t>::second)->first;
    }
    if (task_ == Task::kBinary) return (sum_ + prior) / (rows_ + 1);
    const double spread = xx_ - x_ * x_ / rows_;
    const double slope = spread > 0 ? (xy_ - x_ * sum_ / rows_) / spread : 0;
    return sum_ / rows_ + slope * (x - first_ - x_ / rows_);
  }

 private:
  Task task_;
  double rows_ = 0, sum_ = 0, first_ = 0, x_ = 0, xx_ = 0, xy_ = 0;
  std::vector<std::pair<int32_t, size_t>> counts_;  // of the labels
};

/// Predictions for the rows of half `half` by the others: by code, from 0 to `codes` - 1, and the value x of each row.
void predict(const Sample& sample, bool half, const std::vector<int32_t>& code_of, const std::vector<double>& x,
             size_t codes, std::vector<double>& predicted) {
  std::vector<Says> says(codes, Says(sample.task));
  Says all(sample.task);
  const auto label = [&](size_t i) { return sample.task == Task::kRegression ? 0 : sample.classes[i]; };
  const auto number = [&](size_t i) { return sample.task == Task::kRegression ? sample.numbers[i] : 0; };
  for (size_t i = 0; i < sample.size(); ++i) {
    if (sample.half[i] == half) continue;
    all.learn(label(i), number(i), 0);
    says[static_cast<size_t>(code_of[i])].learn(label(i), number(i), x[i]);
  }
  const double prior = all.of(0, 0);
  for (size_t i = 0; i < sample.size(); ++i) {
    if (sample.half[i] == half) predicted[i] = says[static_cast<size_t>(code_of[i])].of(x[i], prior);
  }
}

ColumnScore score_of(const Sample& sample, const std::vector<double>& predicted) {
  ColumnScore score;
  if (sample.task == Task::kRegression) {
    double squares = 0;
    for (size_t i = 0; i < sample.size(); ++i)
      squares += (sample.numbers[i] - predicted[i]) * (sample.numbers[i] - predicted[i]);
    score.error = sample.trivial > 0 ? squares / sample.trivial : 1;
    score.score = 1 - score.error;
  } else if (sample.task == Task::kBinary) {
    std::vector<RankedRow> ranked;
    for (size_t i = 0; i < sample.size(); ++i) ranked.push_back({predicted[i], sample.classes[i] == 1});
    sort_by_score(ranked);
    score.score = roc_auc(ranked).value_or(0.5);
    score.error = 2 * (1 - score.score);
  } else {
    size_t right = 0;
    for (size_t i = 0; i < sample.size(); ++i) right += predicted[i] == sample.classes[i] ? 1 : 0;
    score.score = static_cast<double>(right) / static_cast<double>(sample.size());
    score.error = sample.trivial < 1 ? (1 - score.score) / (1 - sample.trivial) : 1;
  }
  if (!(score.error < 1)) score.error = 1;
  return score;
}

/// By a code for each row, the same for both halves.
ColumnScore score_by_codes(const Sample& sample, const std::vector<int32_t>& code_of, size_t codes) {
  std::vector<double> predicted(sample.size());
  const std::vector<double> none(sample.size());
  for (const bool half : {false, true}) predict(sample, half, code_of, none, codes, predicted);
  return score_of(sample, predicted);
}

ColumnScore score_of_texts(const Sample& sample, const Column& column) {
  std::vector<int32_t> codes;
  for (const uint32_t row : sample.rows) codes.push_back(column.code(row));
  std::vector<int32_t> different = codes;
  std::ranges::sort(different);
  different.erase(std::unique(different.begin(), different.end()), different.end());
  for (int32_t& code : codes) {
    code = static_cast<int32_t>(std::ranges::lower_bound(different, code) - different.begin());
  }
  return score_by_codes(sample, codes, different.size());
}

ColumnScore score_of_numbers(const Sample& sample, const Column& column) {
  std::vector<double> x;
  std::vector<uint32_t> order;
  for (size_t i = 0; i < sample.size(); ++i) {
    x.push_back(column.number(sample.rows[i]));
    if (!std::isnan(x[i])) order.push_back(static_cast<uint32_t>(i));
  }
  std::ranges::sort(order, {}, [&](uint32_t i) { return x[i]; });
  std::vector<int32_t> code_of(sample.size());  // missing: 0
  for (double& value : x) value = std::isnan(value) ? 0 : value;
  int32_t codes = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || x[order[k]] != x[order[k - 1]]) ++codes;
    code_of[order[k]] = codes;
  }
  const auto values = static_cast<size_t>(codes);
  ColumnScore best = score_by_codes(sample, code_of, values + 1);
  std::vector<double> predicted(sample.size());
  for (const size_t least : {kFewRows, kManyRows}) {
    if (values <= least) break;
    for (const bool half : {false, true}) {
      codes = 1;
      size_t rows = 0;  // of the other half in the interval
      for (size_t k = 0; k < order.size(); ++k) {
        if (rows >= least && x[order[k]] != x[order[k - 1]]) ++codes, rows = 0;
        code_of[order[k]] = codes;
        rows += sample.half[order[k]] != half ? 1 : 0;
      }
      predict(sample, half, code_of, x, static_cast<size_t>(codes) + 1, predicted);
    }
    const ColumnScore by_intervals = score_of(sample, predicted);
    if (by_intervals.error < best.error) best = by_intervals;
  }
  return best;
}

}  // namespace

std::vector<ColumnScore> one_column_scores(const std::vector<const Column*>& features, const Target& target,
                                           const TargetValues& labels, const std::vector<uint32_t>& train,
                                           const Column* group) {
  if (train.size() < kFewestRows) return {};
  const Sample sample = draw(target, labels, train, group);
  std::vector<ColumnScore> scores;
  for (const Column* column : features) {
    scores.push_back(column->kind == ColumnKind::kNumeric ? score_of_numbers(sample, *column)
                                                          : score_of_texts(sample, *column));
    scores.back().column = column->name;
  }
  return scores;
}

std::optional<Giveaways> find_giveaways(std::vector<ColumnScore> scores, Task task) {
  constexpr double kNearlyPerfect = 0.04, kFarFromIt = 0.1, kTimes = 4;
  std::ranges::stable_sort(scores, {}, &ColumnScore::error);
  for (size_t count = 1; count < scores.size() && scores[count - 1].error <= kNearlyPerfect; ++count) {
    if (scores[count].error < std::max(kFarFromIt, kTimes * scores[count - 1].error)) continue;
    Giveaways found{.metric = task == Task::kRegression ? Metric::kR2
                              : task == Task::kBinary   ? Metric::kRocAuc
                                                        : Metric::kAccuracy,
                    .next = scores[count]};
    scores.resize(count);
    found.columns = std::move(scores);
    return found;
  }
  return std::nullopt;
}

std::string describe(const Giveaways& found) {
  std::vector<std::string> names, scores, ignored;
  for (const ColumnScore& one : found.columns) {
    names.push_back(quote(one.column));
    scores.push_back(fmt::format("{:.4f}", one.score));
    ignored.push_back(yaml_text(one.column));
  }
  const bool several = names.size() > 1;
  return fmt::format(
      "column{} {} {} the target: {} {} on a sample of rows, the next best column, {}, {:.4f}; if {} known only with "
      "the "
      "answer, set data.ignore: [{}]",
      several ? "s" : "", join_names(names), several ? "each alone predict" : "alone predicts", name_of(found.metric),
      join_names(scores), quote(found.next.column), found.next.score, several ? "they are" : "it is",
      fmt::join(ignored, ", "));
}

std::string describe_beside(const Giveaways& found, const Scores& of_model) {
  const auto score = score_of(of_model, found.metric);
  if (!score) return "";
  const ColumnScore& first = found.columns[0];
  return fmt::format(
      "{}: the model {:.4f}, column {} alone {:.4f}, the next best column {:.4f}; does {} hold the answer?",
      name_of(found.metric), *score, quote(first.column), first.score, found.next.score, quote(first.column));
}

}  // namespace mdl
