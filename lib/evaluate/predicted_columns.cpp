#include "evaluate/predicted_columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/counted.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "evaluate/compare.h"
#include "table/target.h"
#include "table/value.h"

namespace mdl {
namespace {

constexpr size_t kRowsAtOnce = 4096;
constexpr double kSumTolerance = 0.02;  // of probabilities that were rounded,
constexpr double kRounding = 0.05;      // if to one digit
constexpr const char* kPrediction = "prediction";
constexpr std::string_view kProbability = "p_";

/// Throws Error where there is none.
size_t place_of(const std::string& column, const char* what, const RecordReader& records) {
  const size_t place = records.find(column);
  if (place < records.header().size()) return place;
  const auto meant = did_you_mean(column, records.header());
  fail("{}: has no column {}, {}{}", records.name(), quote(column), what,
       meant ? "; did you mean " + quote(*meant) + "?" : "");
}

struct ClassColumn {
  std::string name;  // of the class
  size_t place;
};

/// The columns of the classes' probabilities as `prediction` is followed by them; empty where it is by none.
std::vector<ClassColumn> behind_prediction(size_t prediction, const RecordReader& records) {
  std::vector<ClassColumn> found;
  for (size_t i = prediction + 1; i < records.header().size(); ++i) {
    const std::string& column = records.header()[i];
    if (!column.starts_with(kProbability)) break;
    found.push_back({column.substr(kProbability.size()), i});
  }
  return found;
}

/// Those that the pattern names; the target is none.
std::vector<ClassColumn> matching(const PredictedColumns& columns, const RecordReader& records) {
  const std::string& pattern = columns.probabilities;
  const size_t star = pattern.find('*');
  const std::string before = pattern.substr(0, star), behind = pattern.substr(star + 1);
  std::vector<ClassColumn> found;
  for (size_t i = 0; i < records.header().size(); ++i) {
    const std::string& column = records.header()[i];
    const bool matches = column.size() > before.size() + behind.size() && column.starts_with(before) &&
                         column.ends_with(behind) && column != columns.target;
    if (matches) found.push_back({column.substr(star, column.size() - before.size() - behind.size()), i});
  }
  if (found.size() < 2) {
    fail("{}: {} that {} names; expected one for each class", records.name(),
         found.empty() ? "has no column" : "has one column only", quote(pattern));
  }
  return found;
}

/// Of each class the column of its probability; empty: of a regression, or of two classes with `probability`.
std::vector<ClassColumn> class_columns(const PredictedColumns& columns, const RecordReader& records) {
  if (!columns.probabilities.empty()) return matching(columns, records);
  if (!columns.value.empty() || !columns.probability.empty()) return {};
  const size_t prediction = records.find(kPrediction);
  if (prediction == records.header().size()) {
    fail(
        "{}: has no column 'prediction', as mdl predict writes it; name those of the predictions with --value, "
        "--probability or --probabilities",
        records.name());
  }
  return behind_prediction(prediction, records);
}

Target target_of(const PredictedColumns& columns, const RecordReader& records) {
  Target target{.name = columns.target};
  if (!columns.probability.empty()) {
    target.task = Task::kBinary;
    target.classes = {"", columns.positive.empty() ? "1" : columns.positive};
    return target;
  }
  for (const ClassColumn& each : class_columns(columns, records)) target.classes.push_back(each.name);
  if (target.classes.empty()) return target;
  target.task = target.classes.size() == 2 ? Task::kBinary : Task::kMulticlass;
  sort_naturally(target.classes);
  for (size_t k = 0; k < target.classes.size(); ++k) {
    if (target.class_of(target.classes[k]) != static_cast<int>(k))
      fail("{}: has two columns for class {}", records.name(), quote(target.classes[k]));
  }
  if (columns.positive.empty()) return target;
  const int positive = target.class_of(columns.positive);
  if (target.task != Task::kBinary || positive < 0) {
    std::vector<std::string> classes;
    for (const std::string& name : target.classes) classes.push_back(quote(name));
    fail("{}: the positive class {} is not one of two; the classes are {}", records.name(), quote(columns.positive),
         join_names(classes, 10));
  }
  target.positive = static_cast<size_t>(positive);
  return target;
}

/// That of a model with which the predictions are compared. Throws Error where they are about another one.
Target target_like(const Target& target, PredictedColumns columns, const RecordReader& records) {
  const bool positive_is_told = !columns.positive.empty();
  if (columns.target.empty()) columns.target = target.name;
  if (columns.positive.empty() && target.task == Task::kBinary) columns.positive = target.classes[target.positive];
  for (const std::string& name : target.classes) {
    const bool another = !positive_is_told && name != columns.positive && columns.probability == "p_" + name;
    if (another)
      fail("{}: column {} may be of {}, and the model's positive class is {}; say which with --positive",
           records.name(), quote(columns.probability), quote(name), quote(columns.positive));
  }
  const Target found = target_of(columns, records);
  if (found.task != target.task || columns.probability.empty()) expect_comparable(target, found);
  if (target.task == Task::kBinary && target.class_of(columns.positive) != static_cast<int>(target.positive)) {
    fail("{}: the probabilities are of {}, the model's positive class is {}", records.name(), quote(columns.positive),
         quote(target.classes[target.positive]));
  }
  return target;
}

/// Predictions in columns of the records themselves.
class PredictionReader {
 public:
  PredictionReader(const Model& model, const PredictedColumns& columns, const RecordReader& records)
      : target_(model.target), form_(columns.form), threshold_(model.threshold) {
    if (target_.task == Task::kRegression) {
      const std::string& column = columns.value.empty() ? kPrediction : columns.value;
      places_.push_back(place_of(column, "the predicted numbers", records));
      if (!target_.objective.has_quantiles()) return;
      for (const double quantile : target_.objective.quantiles)
        places_.push_back(place_of("quantile_" + shortest(quantile), "a predicted quantile", records));
      return;
    }
    if (!columns.probability.empty()) {
      places_.push_back(place_of(columns.probability, "the probability of the positive class", records));
      return;
    }
    const std::vector<ClassColumn> found = class_columns(columns, records);
    places_.resize(target_.classes.size());
    for (const ClassColumn& each : found) places_[static_cast<size_t>(target_.class_of(each.name))] = each.place;
    const bool written_by_mdl = columns.probabilities.empty() && target_.task == Task::kBinary;
    if (written_by_mdl) label_ = records.find(kPrediction);
  }

  void append(const RecordReader& record, Predictions& to) const {
    if (target_.task == Task::kRegression) {
      to.values.push_back(number(record, places_[0]));
      for (size_t k = 1; k < places_.size(); ++k) to.quantiles.push_back(number(record, places_[k]));
      return;
    }
    const size_t begin = to.probabilities.size();
    if (places_.size() == 1) {
      const double p = probability(record, places_[0]);
      to.probabilities.insert(to.probabilities.end(), {1 - p, 1 - p});
      to.probabilities[begin + target_.positive] = p;
    } else {
      for (const size_t place : places_) to.probabilities.push_back(probability(record, place));
      expect_sum(record, std::span(to.probabilities).subspan(begin));
    }
    to.classes.push_back(decide(record, std::span(to.probabilities).subspan(begin)));
  }

 private:
  double number(const RecordReader& record, size_t place) const {
    std::string room;
    const Cell cell = record.cell(place);
    const std::string_view text = text_of(cell, room);
    const auto number = cell.type == Cell::Type::kNumber ? std::optional(cell.number) : parse_cell(text, form_);
    if (!number || !std::isfinite(*number)) {
      fail("{}: column {}, a prediction: expected a number, found {}", record.where(), quote(record.header()[place]),
           quote_cell(text));
    }
    return *number;
  }

  double probability(const RecordReader& record, size_t place) const {
    const double p = number(record, place);
    if (!(p >= 0 && p <= 1)) {
      fail("{}: column {}, a probability: expected a number from 0 to 1, found {}", record.where(),
           quote(record.header()[place]), shortest(p));
    }
    return p;
  }

  static void expect_sum(const RecordReader& record, std::span<const double> probabilities) {
    const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
    if (std::abs(sum - 1) > kSumTolerance)
      fail("{}: the probabilities of the classes sum to {:.4g}; expected 1", record.where(), sum);
  }

  int32_t decide(const RecordReader& record, std::span<const double> probabilities) const {
    if (target_.task == Task::kMulticlass)
      return static_cast<int32_t>(std::ranges::max_element(probabilities) - probabilities.begin());
    const double p = probabilities[target_.positive];
    const size_t decided = p >= threshold_ ? target_.positive : 1 - target_.positive;
    if (label_) {
      std::string room;
      const std::string_view told = text_of(record.cell(*label_), room);
      const int as_told = target_.class_of(told);
      if (as_told >= 0 && std::abs(p - threshold_) <= kRounding) return as_told;
      if (as_told != static_cast<int>(decided)) {
        fail(
            "{}: the prediction is {}, with a probability of {} of {}, which is not by a threshold of {}; give "
            "--threshold, or the columns by --probabilities 'p_*'",
            record.where(), quote_cell(told), shortest(p), quote(target_.classes[target_.positive]),
            shortest(threshold_));
      }
    }
    return static_cast<int32_t>(decided);
  }

  const Target& target_;
  NumberForm form_;
  double threshold_;
  std::vector<size_t> places_;   // of the predicted numbers, or of the classes' probabilities, or of the positive one's
  std::optional<size_t> label_;  // of the predicted class
};

class AnswersInRecords : public RowAnswers {
 public:
  AnswersInRecords(const Model& model, const PredictedColumns& columns, const RecordReader& records)
      : reader_(model, columns, records) {}

  void read(const RecordReader& record, AnsweredRows& to) override { reader_.append(record, to.predictions); }
  void answer(AnsweredRows&) override {}
  size_t rows_at_once() const override { return kRowsAtOnce; }

 private:
  PredictionReader reader_;
};

}  // namespace

Model stand_in(const PredictedColumns& columns, const RecordReader& records, const Target* like) {
  if (like == nullptr) return {.target = target_of(columns, records)};
  Model model{.target = target_like(*like, columns, records)};
  if (!columns.value.empty()) model.target.objective = {};  // of one number for all quantiles
  return model;
}

Answerer answers_in(Model& stand_in, const PredictedColumns& columns) {
  return {
      .model = stand_in,
      .answers =
          [&](const RecordReader& records) { return std::make_unique<AnswersInRecords>(stand_in, columns, records); },
      .nameless = &stand_in};
}

struct JoinedRows {
  struct IdHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return keyed_hash(text); }
  };

  std::string name, id;
  const Model& model;
  Predictions predictions;
  std::vector<Label> labels;                                               // empty: it has none
  std::unordered_map<std::string, size_t, IdHash, std::equal_to<>> by_id;  // canonical; empty: joined by the order
  size_t count = 0;
};

namespace {

std::string_view id_of(const RecordReader& record, size_t place, std::string& room) {
  std::string number;
  return canonical(text_of(record.cell(place), number), room);
}

bool same_label(const Label& a, const Label& b) {
  const bool same_number = a.number == b.number || a.missing;
  return a.missing == b.missing && a.class_index == b.class_index && same_number;
}

class JoinedAnswers : public RowAnswers {
 public:
  JoinedAnswers(const JoinedRows& rows, const RecordReader& records)
      : rows_(rows), labels_(rows.model.target, rows.model.encoder.missing.spellings(), records),
        name_(records.name()) {
    if (!rows.id.empty()) id_ = place_of(rows.id, "by which rows are joined", records);
  }

  void read(const RecordReader& record, AnsweredRows& to) override {
    const size_t row = row_of(record);
    if (!rows_.labels.empty() && !same_label(labels_.read(record), rows_.labels[row])) {
      fail("{}: {} has another target in its {}; {}", record.where(), rows_.name,
           id_ ? "row of this id" : fmt::format("row {}", grouped(static_cast<int64_t>(row) + 1)),
           id_ ? "the tables are not about the same rows" : "--id joins rows by a column");
    }
    const auto append = [&](auto& values, const auto& from, size_t width) {
      values.insert(values.end(), from.begin() + static_cast<ptrdiff_t>(row * width),
                    from.begin() + static_cast<ptrdiff_t>((row + 1) * width));
    };
    const Predictions& from = rows_.predictions;
    if (rows_.model.target.task == Task::kRegression) {
      append(to.predictions.values, from.values, 1);
      return append(to.predictions.quantiles, from.quantiles, from.quantiles.size() / from.values.size());
    }
    append(to.predictions.probabilities, from.probabilities, rows_.model.target.classes.size());
    append(to.predictions.classes, from.classes, 1);
  }

  void pass(const RecordReader& record) override {
    if (!id_) row_of(record);
  }

  void answer(AnsweredRows&) override {}
  size_t rows_at_once() const override { return kRowsAtOnce; }

  void finish() const override {
    if (!id_ && next_ != rows_.count) {
      fail("{}: has {}, {} has {}; --id joins rows by a column", rows_.name,
           counted(static_cast<int64_t>(rows_.count), "row"), name_, counted(static_cast<int64_t>(next_), "row"));
    }
  }

 private:
  size_t row_of(const RecordReader& record) {
    if (!id_) {
      if (next_ == rows_.count)
        fail("{}: has {} only, fewer than {}; --id joins rows by a column", rows_.name,
             counted(static_cast<int64_t>(rows_.count), "row"), name_);
      return next_++;
    }
    std::string room;
    const auto found = rows_.by_id.find(id_of(record, *id_, room));
    if (found == rows_.by_id.end())
      fail("{}: {} has no row with {} {}", record.where(), rows_.name, rows_.id,
           quote(std::string(id_of(record, *id_, room))));
    return found->second;
  }

  const JoinedRows& rows_;
  TargetReader labels_;
  std::string name_;
  std::optional<size_t> id_;
  size_t next_ = 0;
};

}  // namespace

JoinedTable::JoinedTable(const std::string& path, const TextInput& text, const Model& model,
                         const PredictedColumns& columns)
    : rows_(new JoinedRows{.name = input_name(path), .id = columns.id, .model = model}) {
  const auto records = open_table(path, text).records;
  target_like(model.target, columns, *records);
  const PredictionReader reader(model, columns, *records);
  std::optional<TargetReader> labels;
  if (records->find(model.target.name) < records->header().size())
    labels.emplace(model.target, model.encoder.missing.spellings(), *records);
  const size_t id = columns.id.empty() ? 0 : place_of(columns.id, "by which rows are joined", *records);
  std::string room;
  for (; records->next(); ++rows_->count) {
    reader.append(*records, rows_->predictions);
    if (labels) rows_->labels.push_back(labels->read(*records));
    if (columns.id.empty()) continue;
    if (!rows_->by_id.emplace(id_of(*records, id, room), rows_->count).second)
      fail("{}: column {}, by which rows are joined: {} is there twice", records->where(), quote(columns.id),
           quote(std::string(id_of(*records, id, room))));
  }
}

JoinedTable::~JoinedTable() = default;

Answerer JoinedTable::answerer() const {
  return {.model = rows_->model, .answers = [rows = rows_.get()](const RecordReader& records) {
            return std::make_unique<JoinedAnswers>(*rows, records);
          }};
}

}  // namespace mdl
