#include "predict/contributions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/error.h"
#include "metrics/shapley.h"
#include "table/reference.h"

namespace mdl {
namespace {

using Place = Explainer::Place;

/// The game whose players are the features in which a row and the reference row differ, and whose worths are the raw
/// outputs of mixtures of the two.
class Mixtures final : public Game {
 public:
  Mixtures(const CompiledModel& model, Workspace& workspace, const EncodedRows& row, const EncodedRows& reference,
           const std::vector<Place>& players, size_t k)
      : model_(model), workspace_(workspace), row_(row), reference_(reference), players_(players), class_(k),
        mixture_(reference) {
    mixture_.exposures = row.exposures;
    for (const int32_t index : row.indices) adopted_.push_back(mixture_.adopt(row, index));
  }

  void set(size_t player, bool in) override {
    const EncodedRows& from = in ? row_ : reference_;
    const auto [number, index] = players_[player];
    if (number != Place::kNone) mixture_.numbers[number] = from.numbers[number];
    if (index != Place::kNone) mixture_.indices[index] = in ? adopted_[index] : reference_.indices[index];
  }

  void ask() override {
    if (told_) worths_.clear();
    told_ = false;
    waiting_.append(mixture_, 0);
    if (waiting_.rows == model_.block()) compute();
  }

  const std::vector<double>& worths() override {
    compute();
    told_ = true;
    return worths_;
  }

 private:
  void compute() {
    const size_t before = worths_.size();
    worths_.resize(before + waiting_.rows);
    model_.raw_outputs(workspace_, waiting_, 0, waiting_.rows, class_, worths_.data() + before);
    waiting_.clear();
  }

  const CompiledModel& model_;
  Workspace& workspace_;
  const EncodedRows &row_, &reference_;
  const std::vector<Place>& players_;
  size_t class_;
  EncodedRows mixture_, waiting_;
  std::vector<int32_t> adopted_;  // the row's indices in the mixture
  std::vector<double> worths_;
  bool told_ = false;
};

bool same_cell(const EncodedRows& a, const EncodedRows& b, const Place& place) {
  if (place.index != Place::kNone) {
    const int32_t left = a.indices[place.index], right = b.indices[place.index];
    const bool same = left < 0 && right < 0 ? std::ranges::equal(a.bags.bag_of_index(left), b.bags.bag_of_index(right))
                                            : left == right;
    if (!same) return false;
  }
  if (place.number == Place::kNone) return true;
  const float x = a.numbers[place.number], y = b.numbers[place.number];
  return x == y || (std::isnan(x) && std::isnan(y));
}

/// Makes values + empty = full hold without rounding: all become multiples of `finest`, or of what doubles as large as
/// they all together are multiples of; what that leaves goes to the largest value.
void balance(ShapleyValues& shapley, double finest) {
  double size = std::abs(shapley.empty) + std::abs(shapley.full), step = finest;
  for (const double value : shapley.values) size += std::abs(value);
  if (size > 0) step = std::max(step, std::ldexp(1, std::ilogb(size) - 51));
  const auto round = [&](double& value) { value = std::nearbyint(value / step) * step; };
  round(shapley.empty);
  round(shapley.full);
  double rest = shapley.full - shapley.empty;
  for (double& value : shapley.values) {
    round(value);
    rest -= value;
  }
  if (shapley.values.empty()) return;
  *std::ranges::max_element(shapley.values, {}, [](double value) { return std::abs(value); }) += rest;
}

}  // namespace

void expect_explainable(const Model& model, const std::string& subject) {
  if (!model.encoder.reference.empty()) return;
  if (model.serving)
    fail("{} is a serving model without the reference row that answers are compared with; export it with --explainable",
         subject);
  fail(
      "{} has no reference row that answers are compared with, since an earlier version of mdl wrote it; train it "
      "again",
      subject);
}

Explainer::Explainer(const CompiledModel& compiled, const Model& model, size_t orders)
    : compiled_(&compiled), reference_(reference_row(model.encoder)), pairs_((orders + 1) / 2) {
  const std::vector<EncodedPlace> places = model.encoder.places();
  for (size_t f = 0; f < places.size(); ++f) {
    const ColumnInputs inputs = model.encoder.features[f].inputs();
    features_.push_back(
        {inputs.imputed ? places[f].number : Place::kNone, inputs.indices ? places[f].index : Place::kNone});
  }
  const bool number = model.target.task == Task::kRegression && !model.target.log;
  finest_ = std::max(std::ldexp(1, (number ? std::ilogb(model.target.scale) : 0) - 40),
                     std::numeric_limits<double>::denorm_min());
}

bool Explainer::few(size_t differing) const {
  return differing < 2 || (differing < 32 && size_t{1} << differing <= 2 + 2 * pairs_ * (differing - 1));
}

size_t Explainer::passes(size_t differing) const {
  return few(differing) ? size_t{1} << differing : 2 + 2 * pairs_ * (differing - 1);
}

void Explainer::start(size_t rows, Predictions& predictions) const {
  Contributions& contributions = predictions.contributions;
  contributions.outputs.assign(rows, 0);
  contributions.references.assign(rows, 0);
  contributions.values.assign(rows * features_.size(), 0);
  contributions.standard_errors.assign(rows * features_.size(), 0);
}

void Explainer::explain(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, Predictions& out,
                        size_t to) const {
  const size_t at_once = 4 * compiled_->block();
  EncodedRows row;
  std::vector<size_t> differing;
  std::vector<Place> players;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = to + i;
    if (!out.finite[at]) continue;
    row.clear();
    row.append(rows, begin + i);
    differing.clear();
    players.clear();
    for (size_t f = 0; f < features_.size(); ++f) {
      if (same_cell(row, reference_, features_[f])) continue;
      differing.push_back(f);
      players.push_back(features_[f]);
    }
    Mixtures mixtures(*compiled_, workspace, row, reference_, players, compiled_->postprocessing().raw_class(out, at));
    ShapleyValues shapley = few(players.size()) ? exact_shapley(mixtures, players.size())
                                                : sampled_shapley(mixtures, players.size(), pairs_, at_once);
    const bool finite = std::isfinite(shapley.full) && std::isfinite(shapley.empty) &&
                        std::ranges::all_of(shapley.values, [](double value) { return std::isfinite(value); });
    if (!finite) {
      out.finite[at] = 0;
      continue;
    }
    balance(shapley, finest_);
    Contributions& contributions = out.contributions;
    contributions.outputs[at] = shapley.full;
    contributions.references[at] = shapley.empty;
    for (size_t p = 0; p < differing.size(); ++p) {
      const size_t cell = at * features_.size() + differing[p];
      contributions.values[cell] = shapley.values[p];
      contributions.standard_errors[cell] = shapley.standard_errors[p];
    }
  }
}

}  // namespace mdl
