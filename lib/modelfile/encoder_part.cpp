#include "modelfile/encoder_part.h"

#include <algorithm>
#include <functional>

namespace mdl {
namespace {

using namespace parts;

/// Elements of a tensor of rank 1; 0 where there is none.
int64_t length_of(const Safetensors& file, const char* name) {
  const auto found = file.tensors.find(name);
  return found == file.tensors.end() || found->second.shape.size() != 1 ? 0 : found->second.shape[0];
}

void read_numbers(Safetensors& file, Encoder& encoder) {
  const auto numeric = static_cast<int64_t>(encoder.numeric_count());
  const auto centers = take_finite<double>(file, "encoder.center", DType::kF64, {numeric});
  const auto scales = take_finite<double>(file, "encoder.scale", DType::kF64, {numeric});
  const auto fills = take_finite<float>(file, "encoder.fill", DType::kF32, {numeric});
  auto next = size_t{0};
  for (Feature& feature : encoder.features) {
    if (feature.kind != ColumnKind::kNumeric) continue;
    feature.center = centers[next];
    feature.scale = scales[next];
    feature.fill = fills[next++];
  }
}

/// Fills a list of each feature, which has its size already, from a tensor that holds them one behind the other.
template <class List>
void read_lists(Encoder& encoder, const std::function<std::vector<typename List::value_type>(int64_t)>& take_values,
                List& (*list_of)(Feature&)) {
  int64_t count = 0;
  for (Feature& feature : encoder.features) count += static_cast<int64_t>(list_of(feature).size());
  const auto values = take_values(count);
  auto next = values.begin();
  for (Feature& feature : encoder.features) {
    List& list = list_of(feature);
    std::copy_n(next, list.size(), list.begin());
    next += static_cast<ptrdiff_t>(list.size());
  }
}

void read_histograms(Safetensors& file, Encoder& encoder) {
  for (Feature& feature : encoder.features) {
    const size_t bins =
        (feature.kind == ColumnKind::kNumeric ? feature.histogram.edges.size() : feature.categories.size()) + 1;
    feature.histogram.counts.resize(bins + 1);
  }
  const auto edges = [&](int64_t count) { return take_finite<double>(file, "histogram.edges", DType::kF64, {count}); };
  read_lists<std::vector<double>>(
      encoder, edges, [](Feature & feature) -> auto& { return feature.histogram.edges; });
  const auto counts = [&](int64_t count) {
    return take(file, "histogram.counts", DType::kI64, {count}).values<int64_t>();
  };
  read_lists<std::vector<int64_t>>(
      encoder, counts, [](Feature & feature) -> auto& { return feature.histogram.counts; });
}

}  // namespace

Texts::Texts(Safetensors& file) {
  const auto found = file.tensors.find("text.offsets");
  if (found == file.tensors.end() || found->second.dtype != DType::kI64 || found->second.shape.size() != 1)
    fail("tensor text.offsets is not there");
  offsets_ = file.tensors.extract(found).mapped().values<int64_t>();
  const auto size = offsets_.empty() ? 0 : offsets_.back();
  bytes_ = parts::take(file, "text.bytes", DType::kU8, {size}).bytes;
  if (offsets_.empty() || offsets_[0] != 0 || !std::is_sorted(offsets_.begin(), offsets_.end()))
    fail("tensor text.offsets is damaged");
}

std::string Texts::take() {
  if (next_ + 1 == offsets_.size()) fail("tensor text.offsets is too short");
  const auto begin = static_cast<size_t>(offsets_[next_]), end = static_cast<size_t>(offsets_[next_ + 1]);
  ++next_;
  return bytes_.substr(begin, end - begin);
}

int64_t Texts::count(const json& value) const { return whole(value, static_cast<int64_t>(offsets_.size()) - 1); }

void Texts::expect_end() const {
  if (next_ + 1 != offsets_.size()) fail("tensor text.offsets is too long");
}

NumberForm read_form(const json& item) {
  NumberForm form;
  const std::string decimal = item.value("decimal", ".");
  form.kind = item.contains("date")   ? NumberForm::Kind::kDate
              : item.contains("time") ? NumberForm::Kind::kTime
                                      : NumberForm::Kind::kSpelled;
  form.decimal = decimal.size() == 1 ? decimal[0] : '\0';
  form.thousands = item.value("thousands", "");
  form.unit = item.value("unit", "");
  form.order = item.value("date", "");
  if (!is_usable(form) || !form.special() || json(write_form(form)) != item)
    fail("it has a column with an unknown number format");
  return form;
}

ordered_json write_form(const NumberForm& form) {
  if (form.kind == NumberForm::Kind::kDate) return {{"date", form.order}};
  if (form.kind == NumberForm::Kind::kTime) return {{"time", true}};
  return {{"decimal", std::string(1, form.decimal)}, {"thousands", form.thousands}, {"unit", form.unit}};
}

void read_features(const json& items, Texts& texts, const Safetensors& file, Encoder& encoder) {
  int64_t codes_left = length_of(file, "encoder.codes"), values_left = length_of(file, "encoder.values"),
          edges_left = length_of(file, "histogram.edges");
  for (const json& item : items) {
    Fields fields(item);
    Feature feature;
    feature.name = texts.take();
    feature.kind = parse_enum(fields.at("kind"), kColumnKindNames);
    if (feature.kind == ColumnKind::kCategorical) {
      for (int64_t n = texts.count(fields.at("categories")); n > 0; --n) feature.categories.push_back(texts.take());
      feature.table = fields.at("table").get<bool>();
    } else {
      feature.indicator = fields.at("indicator").get<bool>();
      if (const json* dates = fields.find("dates"); dates != nullptr && dates->get<bool>())
        feature.form.kind = NumberForm::Kind::kDate;
      if (const json* form = fields.find("form")) feature.form = read_form(*form);
      if (const json* values = fields.find("values"))
        feature.values.resize(static_cast<size_t>(whole(*values, values_left)));
      values_left -= static_cast<int64_t>(feature.values.size());
      if (const json* edges = fields.find("edges"))
        feature.histogram.edges.resize(static_cast<size_t>(whole(*edges, edges_left)));
      edges_left -= static_cast<int64_t>(feature.histogram.edges.size());
    }
    feature.codes.resize(static_cast<size_t>(whole(fields.at("codes"), codes_left)));
    codes_left -= static_cast<int64_t>(feature.codes.size());
    fields.expect_end();
    encoder.features.push_back(std::move(feature));
  }
}

void read_encoder(const json& scaling, Safetensors& file, Encoder& encoder) {
  encoder.scaling = parse_enum(scaling, kScalingNames);
  read_numbers(file, encoder);
  // A file without numbers that have tables, or without histograms, has no tensor of them.
  const auto values = [&](int64_t count) {
    return count == 0 ? std::vector<double>() : take_finite<double>(file, "encoder.values", DType::kF64, {count});
  };
  read_lists<std::vector<double>>(
      encoder, values, [](Feature & feature) -> auto& { return feature.values; });
  const auto codes = [&](int64_t count) { return take_finite<float>(file, "encoder.codes", DType::kF32, {count}); };
  read_lists<std::vector<float>>(
      encoder, codes, [](Feature & feature) -> auto& { return feature.codes; });
  const bool has_edges = std::ranges::any_of(encoder.features,
                                             [](const Feature& feature) { return !feature.histogram.edges.empty(); });
  if (has_edges || file.tensors.contains("histogram.counts")) read_histograms(file, encoder);
}

ordered_json write_encoder(const Encoder& encoder, Safetensors& file) {
  std::vector<double> centers, scales, values, edges;
  std::vector<int64_t> counts;
  std::vector<float> fills, codes;
  ordered_json items = ordered_json::array();
  for (const Feature& feature : encoder.features) {
    ordered_json item = {{"kind", name_of(feature.kind)}};
    if (feature.kind == ColumnKind::kCategorical) {
      item["categories"] = feature.categories.size();
      item["table"] = feature.table;
    } else {
      item["indicator"] = feature.indicator;
      if (feature.form.special()) {
        item["form"] = write_form(feature.form);
      } else if (feature.dates()) {
        item["dates"] = true;
      }
      centers.push_back(feature.center);
      scales.push_back(feature.scale);
      fills.push_back(feature.fill);
      if (!feature.values.empty()) item["values"] = feature.values.size();
      values.insert(values.end(), feature.values.begin(), feature.values.end());
      if (!feature.histogram.counts.empty()) item["edges"] = feature.histogram.edges.size();
    }
    edges.insert(edges.end(), feature.histogram.edges.begin(), feature.histogram.edges.end());
    counts.insert(counts.end(), feature.histogram.counts.begin(), feature.histogram.counts.end());
    item["codes"] = feature.codes.size();
    codes.insert(codes.end(), feature.codes.begin(), feature.codes.end());
    items.push_back(std::move(item));
  }
  const auto numeric = static_cast<int64_t>(centers.size());
  file.tensors["encoder.center"] = TensorData::of(DType::kF64, {numeric}, centers);
  file.tensors["encoder.scale"] = TensorData::of(DType::kF64, {numeric}, scales);
  file.tensors["encoder.fill"] = TensorData::of(DType::kF32, {numeric}, fills);
  file.tensors["encoder.codes"] = TensorData::of(DType::kF32, {static_cast<int64_t>(codes.size())}, codes);
  if (!values.empty())
    file.tensors["encoder.values"] = TensorData::of(DType::kF64, {static_cast<int64_t>(values.size())}, values);
  if (!counts.empty()) {
    file.tensors["histogram.edges"] = TensorData::of(DType::kF64, {static_cast<int64_t>(edges.size())}, edges);
    file.tensors["histogram.counts"] = TensorData::of(DType::kI64, {static_cast<int64_t>(counts.size())}, counts);
  }
  return items;
}

}  // namespace mdl
