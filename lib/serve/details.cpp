#include "serve/details.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/text.h"
#include "table/date.h"
#include "table/number_form.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

double share_of(int64_t count, int64_t rows) {
  return std::round(1e4 * static_cast<double>(count) / static_cast<double>(std::max<int64_t>(rows, 1))) / 1e4;
}

/// A date in the order of a form: 2024-05-31, 31/05/2024.
std::string date_cell(double days, const std::string& order) {
  const std::string iso = format_date(days);
  if (order.empty() || iso.size() != 10) return iso;
  const std::string year = iso.substr(0, 4), month = iso.substr(5, 2), day = iso.substr(8, 2);
  if (order == "dmy") return day + "/" + month + "/" + year;
  if (order == "mdy") return month + "/" + day + "/" + year;
  return year + "/" + month + "/" + day;
}

/// The cell of a column of the form that says `number`.
ordered_json cell_of(double number, const NumberForm& form) {
  switch (form.kind) {
    case NumberForm::Kind::kPlain: return number;
    case NumberForm::Kind::kDate: return date_cell(number, form.order);
    case NumberForm::Kind::kTime: {
      const auto minutes = static_cast<int64_t>(std::round(60 * std::clamp(number, 0.0, 1e9)));
      return fmt::format("{}:{:02}", minutes / 60, minutes % 60);
    }
    case NumberForm::Kind::kSpelled: break;
  }
  std::string text = shortest(number);
  std::ranges::replace(text, '.', form.decimal);
  return form.unit.empty() ? text : text + " " + form.unit;
}

/// The edge up to which so much of the column's numbers are; the last one where more are above all.
double quantile(const Histogram& histogram, double p) {
  const auto numbers = static_cast<double>(std::accumulate(histogram.counts.begin(), histogram.counts.end() - 1, 0LL));
  double below = 0;
  for (size_t k = 0; k < histogram.edges.size(); ++k) {
    below += static_cast<double>(histogram.counts[k]);
    if (below >= p * numbers) return histogram.edges[k];
  }
  return histogram.edges.back();
}

void add_range(const Histogram& histogram, const NumberForm& form, ordered_json& input) {
  if (histogram.edges.empty()) return;
  const double low = quantile(histogram, 0.05), high = quantile(histogram, 0.95);
  ordered_json& range = input["range"] = {
      {"low", cell_of(low, form)}, {"median", cell_of(quantile(histogram, 0.5), form)}, {"high", cell_of(high, form)}};
  if (form.kind != NumberForm::Kind::kPlain || low == high) return;
  const bool whole = std::ranges::all_of(histogram.edges, [](double edge) { return edge == std::floor(edge); });
  const double step = std::pow(10, std::floor(std::log10((high - low) / 50)));
  if (std::isnormal(step)) range["step"] = whole ? std::max(step, 1.0) : step;
}

void add_categories(const std::vector<std::string>& names, const Histogram& histogram, int64_t rows,
                    ordered_json& input) {
  std::vector<size_t> told(names.size());
  std::iota(told.begin(), told.end(), size_t{0});
  const bool counted = !histogram.counts.empty();
  if (told.size() > kMostToldCategories) {
    if (counted) std::ranges::stable_sort(told, std::greater(), [&](size_t k) { return histogram.counts[k]; });
    told.resize(kMostToldCategories);
    std::ranges::sort(told);
    input["more"] = names.size() - told.size();
  }
  ordered_json& categories = input["categories"] = ordered_json::array();
  for (const size_t k : told) {
    categories.push_back({{"value", names[k]}});
    if (counted) categories.back()["share"] = share_of(histogram.counts[k], rows);
  }
}

ordered_json input_of(const Feature& feature) {
  const NumericColumn* number = feature.number();
  ordered_json input = {{"name", feature.name}};
  const Histogram& histogram = feature.histogram;
  const int64_t rows = std::accumulate(histogram.counts.begin(), histogram.counts.end(), int64_t{0});
  if (number != nullptr) {
    input["kind"] = number->form.kind == NumberForm::Kind::kDate ? "date" : "number";
    if (number->form != NumberForm()) input["form"] = words_of(number->form);
    add_range(histogram, number->form, input);
  } else if (feature.categories() == nullptr) {
    input["kind"] = feature.kind_name();
  } else {
    input["kind"] = "category";
    const std::vector<std::string>& names = feature.categories()->values();
    if (!names.empty()) add_categories(names, histogram, rows, input);
  }
  if (rows > 0) input["missing_share"] = share_of(histogram.counts.back(), rows);
  return input;
}

}  // namespace

ordered_json details_of(const Model& model) {
  const Target& target = model.target;
  ordered_json out = {{"target", target.name}, {"task", name_of(target.task)}};
  if (target.task != Task::kRegression) out["classes"] = target.classes;
  if (target.task == Task::kBinary) {
    out["positive"] = target.classes[target.positive];
    out["threshold"] = model.threshold;
  }
  ordered_json& inputs = out["inputs"] = ordered_json::array();
  for (const Feature& feature : model.encoder.features) inputs.push_back(input_of(feature));
  if (const auto& exposure = model.encoder.exposure)
    inputs.push_back({{"name", exposure->column}, {"kind", "number"}, {"role", "exposure"}});
  return out;
}

}  // namespace mdl
