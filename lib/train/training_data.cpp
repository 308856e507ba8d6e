#include "train/training_data.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "base/counted.h"
#include "base/error.h"
#include "base/text.h"
#include "table/rounding.h"
#include "table/value.h"
#include "train/feature_columns.h"
#include "train/objective.h"

namespace mdl {
namespace {

/// The training rows' lowest and highest target, rounded outwards so that they tell of no single row.
void clip_to_targets(const Config& config, TrainingData& data) {
  const std::vector<double>& exposures = data.rows.exposures;
  const auto target_of = [&](uint32_t row) {
    return data.labels.numbers[row] / (exposures.empty() ? 1 : exposures[row]);
  };
  const auto targets = data.split.train | std::views::transform(target_of);
  const auto [low, high] = std::ranges::minmax(targets);
  const auto common = [&](double target) {
    return std::ranges::count(targets, target) >= config.data.min_category_rows;
  };
  data.low = common(low) ? low : rounded_down(low, high - low);
  data.high = common(high) ? high : rounded_up(high, high - low);
}

std::vector<double> class_priors(const TrainingData& data) {
  std::vector<double> priors(data.target.classes.size());
  for (const uint32_t row : data.split.train) ++priors[static_cast<size_t>(data.labels.classes[row])];
  for (double& fraction : priors) {
    fraction /= static_cast<double>(data.split.train.size());
    if (fraction == 1) {
      fail("{}: the training rows hold only one class of column {}; the split leaves nothing to learn",
           data.findings.table, quote(data.target.name));
    }
  }
  return priors;
}

/// A note about classes that are the same number and stay apart.
void note_equal_classes(const Target& target, std::vector<std::string>& notes) {
  for (size_t k = 1; k < target.classes.size(); ++k) {  // numbers are sorted
    const std::string &before = target.classes[k - 1], &here = target.classes[k];
    const auto number = parse_number(here);
    if (!number || parse_number(before) != number || !same_number(before, here)) continue;
    notes.push_back(
        fmt::format("target {}: {} and {} are the same number in different spellings; they are kept as two classes",
                    quote(target.name), quote_cell(before), quote_cell(here)));
    return;
  }
}

}  // namespace

TrainingData encode_rows(const Config& config, const Dataset& dataset, Supervision known, Split split,
                         const std::function<void(size_t block)>& encoded, std::shared_ptr<const StartModel> start) {
  const DataConfig& data = config.data;
  TrainingData out{.target = std::move(known.target),
                   .labels = std::move(known.labels),
                   .split = std::move(split),
                   .weights = std::move(known.weights),
                   .findings = {.table = dataset.name, .rows = dataset.rows, .other_reading = known.other_reading}};
  const bool regression = out.target.task == Task::kRegression;
  const std::vector<uint32_t>& train = out.split.train;
  const auto unlabelled = regression ? std::ranges::count_if(out.labels.numbers, [](double n) { return std::isnan(n); })
                                     : std::ranges::count_if(out.labels.classes, [](int32_t k) { return k < 0; });
  out.findings.unlabelled = static_cast<size_t>(unlabelled);

  std::vector<std::string>& notes = out.findings.notes;
  note_roles(data, notes);
  if (const auto nothing = std::ranges::count(out.weights, 0.0); nothing > 0)
    notes.push_back(
        fmt::format("{} of weight 0 count{} for nothing", counted(nothing, "row"), nothing == 1 ? "s" : ""));
  const std::vector<const Column*> features = feature_columns(dataset, data, notes);
  if (const std::string unread = start ? note_of_new_columns(*start, features) : ""; !unread.empty())
    notes.push_back(unread);
  for (const Column* column : features) {
    if (!column->note.empty()) notes.push_back(column->note);
  }
  const Column* group = data.split.group.empty() ? nullptr : &dataset.column(data.split.group, "data.split.group");
  out.findings.giveaways = find_giveaways(one_column_scores(features, out.target, out.labels, train, group),
                                          out.target.task);
  std::vector<const Column*> spelled = features;
  if (!regression) spelled.push_back(&dataset.column(data.target, "data.target"));
  if (group != nullptr) spelled.push_back(group);
  note_spellings(spelled, notes);
  note_equal_classes(out.target, notes);

  const EncoderOptions encoding{.scaling = *config.model.scaling,
                                .missing_indicators = *config.model.missing_indicators,
                                .date_parts = config.model.date_parts,
                                .one_hot_categories = static_cast<size_t>(*config.model.one_hot_categories),
                                .value_embeddings = *config.model.value_tables ? &out.labels : nullptr,
                                .min_category_rows = static_cast<size_t>(data.min_category_rows)};
  out.encoder = start ? start->model.encoder : fit_encoder(features, train, data.missing, encoding, notes);
  note_forms(out.encoder, data, notes);
  if (!data.exposure.empty() && !start)
    out.encoder.exposure = {data.exposure, dataset.column(data.exposure, "data.exposure").form};
  out.rows = encode(out.encoder, dataset, encoded);
  out.rows.exposures = std::move(known.exposures);
  if (regression) {
    if (!start) fit_target(out.target, out.labels.numbers, out.rows.exposures, train);
    if (*config.model.clamp) clip_to_targets(config, out);
    if (start && *config.model.clamp) {
      out.low = std::min(out.low, start->model.low);
      out.high = std::max(out.high, start->model.high);
    }
  } else {
    out.class_priors = class_priors(out);
  }
  out.start = std::move(start);
  return out;
}

}  // namespace mdl
