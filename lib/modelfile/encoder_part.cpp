#include "modelfile/encoder_part.h"

#include <algorithm>
#include <functional>

namespace mdl {
namespace {

using namespace parts;

constexpr int64_t kMostRows = int64_t{1} << 53;

/// Elements of a tensor of rank 1; 0 where there is none.
int64_t length_of(const Safetensors& file, const char* name) {
  const auto found = file.tensors.find(name);
  return found == file.tensors.end() || found->second.shape.size() != 1 ? 0 : found->second.shape[0];
}

void read_values(const Safetensors& file, Encoder& encoder) {
  int64_t count = 0;
  for (const Feature& feature : encoder.features) count += static_cast<int64_t>(feature.values.size());
  if (count == 0) return;
  const auto values = finite<double>(file, "encoder.values", DType::kF64, {count});
  auto next = values.begin();
  for (Feature& feature : encoder.features) {
    std::copy_n(next, feature.values.size(), feature.values.begin());
    next += static_cast<ptrdiff_t>(feature.values.size());
    const bool ascend = std::ranges::adjacent_find(feature.values, std::greater_equal()) == feature.values.end();
    if (!ascend) fail("the values of column {} do not ascend", quote(feature.name));
  }
}

void read_numbers(const Safetensors& file, Encoder& encoder) {
  const auto numeric = static_cast<int64_t>(encoder.numeric_count());
  const auto centers = finite<double>(file, "encoder.center", DType::kF64, {numeric});
  const auto scales = finite<double>(file, "encoder.scale", DType::kF64, {numeric});
  const auto fills = finite<float>(file, "encoder.fill", DType::kF32, {numeric});
  for (size_t f = 0; f < centers.size(); ++f) {
    if (scales[f] <= 0) fail("tensor encoder.scale holds a value that is not positive");
    encoder.features[f].center = centers[f];
    encoder.features[f].scale = scales[f];
    encoder.features[f].fill = fills[f];
  }
  int64_t count = 0;
  for (const Feature& feature : encoder.features) {
    const size_t codes = feature.codes.size(), rows = feature.categories.size() + 1;
    const bool fits = feature.kind == ColumnKind::kNumeric ? codes == (feature.indicator ? 2 : 0) : feature.table ? codes == 0 : codes % rows == 0;
    if (!fits) fail("it has {} codes for column {}, which do not fit its categories", codes, quote(feature.name));
    count += static_cast<int64_t>(codes);
  }
  read_values(file, encoder);
  const auto codes = finite<float>(file, "encoder.codes", DType::kF32, {count});
  auto next = codes.begin();
  for (Feature& feature : encoder.features) {
    std::copy_n(next, feature.codes.size(), feature.codes.begin());
    next += static_cast<ptrdiff_t>(feature.codes.size());
  }
}

void read_histograms(const Safetensors& file, Encoder& encoder) {
  if (file.tensors.count("histogram.counts") == 0) {
    for (const Feature& feature : encoder.features) {
      if (!feature.histogram.edges.empty()) fail("tensor histogram.counts is not there");
    }
    return;
  }
  int64_t edges = 0, counts = 0;
  for (Feature& feature : encoder.features) {
    const size_t bins = (feature.kind == ColumnKind::kNumeric ? feature.histogram.edges.size() : feature.categories.size()) + 1;
    feature.histogram.counts.resize(bins + 1);
    edges += static_cast<int64_t>(feature.histogram.edges.size());
    counts += static_cast<int64_t>(feature.histogram.counts.size());
  }
  const auto edge_values = finite<double>(file, "histogram.edges", DType::kF64, {edges});
  const auto count_values = tensor(file, "histogram.counts", DType::kI64, {counts}).values<int64_t>();
  auto next_edge = edge_values.begin();
  auto next_count = count_values.begin();
  int64_t rows = 0;
  for (Feature& feature : encoder.features) {
    for (double& edge : feature.histogram.edges) edge = *next_edge++;
    if (std::ranges::adjacent_find(feature.histogram.edges, std::greater_equal()) != feature.histogram.edges.end()) {
      fail("the bins of column {} do not ascend", quote(feature.name));
    }
    int64_t sum = 0;
    for (int64_t& count : feature.histogram.counts) {
      count = *next_count++;
      if (count < 0 || count > kMostRows - sum) fail("tensor histogram.counts holds a value that is out of range");
      sum += count;
    }
    if (sum == 0) fail("the bins of column {} hold no row", quote(feature.name));
    if (rows != 0 && sum != rows) fail("the bins of column {} hold {} rows, those of the others {}", quote(feature.name), sum, rows);
    rows = sum;
  }
}

}  // namespace

Texts::Texts(const Safetensors& file) {
  const auto found = file.tensors.find("text.offsets");
  if (found == file.tensors.end() || found->second.dtype != DType::kI64 || found->second.shape.size() != 1) fail("tensor text.offsets is not there");
  offsets_ = found->second.values<int64_t>();
  const auto size = offsets_.empty() ? 0 : offsets_.back();
  bytes_ = tensor(file, "text.bytes", DType::kU8, {size}).bytes;
  if (offsets_.empty() || offsets_[0] != 0 || !std::is_sorted(offsets_.begin(), offsets_.end())) fail("tensor text.offsets is damaged");
}

std::string Texts::take() {
  if (next_ + 1 == offsets_.size()) fail("tensor text.offsets is too short");
  const auto begin = static_cast<size_t>(offsets_[next_]), end = static_cast<size_t>(offsets_[next_ + 1]);
  ++next_;
  return std::string(bytes_.substr(begin, end - begin));
}

int64_t Texts::count(const json& value) const { return whole(value, static_cast<int64_t>(offsets_.size()) - 1); }

void Texts::expect_end() const {
  if (next_ + 1 != offsets_.size()) fail("tensor text.offsets is too long");
}

NumberForm read_form(const json& item) {
  NumberForm form;
  const std::string decimal = item.value("decimal", ".");
  form.kind = item.contains("date") ? NumberForm::Kind::kDate : item.contains("time") ? NumberForm::Kind::kTime : NumberForm::Kind::kSpelled;
  form.decimal = decimal.size() == 1 ? decimal[0] : '\0';
  form.thousands = item.value("thousands", "");
  form.unit = item.value("unit", "");
  form.order = item.value("date", "");
  if (!is_usable(form) || !form.special() || json(write_form(form)) != item) fail("it has a column of numbers whose spelling is unknown");
  return form;
}

ordered_json write_form(const NumberForm& form) {
  if (form.kind == NumberForm::Kind::kDate) return {{"date", form.order}};
  if (form.kind == NumberForm::Kind::kTime) return {{"time", true}};
  return {{"decimal", std::string(1, form.decimal)}, {"thousands", form.thousands}, {"unit", form.unit}};
}

void read_features(const json& items, Texts& texts, const Safetensors& file, Encoder& encoder) {
  int64_t codes_left = length_of(file, "encoder.codes"), values_left = length_of(file, "encoder.values"), edges_left = length_of(file, "histogram.edges");
  bool categorical_seen = false;
  for (const json& item : items) {
    Feature feature;
    feature.name = texts.take();
    feature.kind = parse_enum(item.at("kind"), kColumnKindNames);
    const bool categorical = feature.kind == ColumnKind::kCategorical;
    if (categorical) {
      for (int64_t n = texts.count(item.at("categories")); n > 0; --n) feature.categories.push_back(texts.take());
      expect_distinct({feature.categories.begin(), feature.categories.end()}, "categories");
      feature.table = item.at("table").get<bool>();
    } else {
      feature.indicator = item.at("indicator").get<bool>();
      if (item.value("dates", false)) feature.form.kind = NumberForm::Kind::kDate;
      if (item.contains("form")) feature.form = read_form(item.at("form"));
      if (item.contains("values")) feature.values.resize(static_cast<size_t>(whole(item.at("values"), values_left)));
      values_left -= static_cast<int64_t>(feature.values.size());
      if (item.contains("edges")) feature.histogram.edges.resize(static_cast<size_t>(whole(item.at("edges"), edges_left)));
      edges_left -= static_cast<int64_t>(feature.histogram.edges.size());
    }
    feature.codes.resize(static_cast<size_t>(whole(item.at("codes"), codes_left)));
    codes_left -= static_cast<int64_t>(feature.codes.size());
    if (categorical_seen && !categorical) fail("its numeric features do not stand first");
    categorical_seen = categorical;
    encoder.features.push_back(std::move(feature));
  }
}

void read_encoder(const json& scaling, const Safetensors& file, Encoder& encoder) {
  encoder.scaling = parse_enum(scaling, kScalingNames);
  read_numbers(file, encoder);
  read_histograms(file, encoder);
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
  if (!values.empty()) file.tensors["encoder.values"] = TensorData::of(DType::kF64, {static_cast<int64_t>(values.size())}, values);
  if (!counts.empty()) {
    file.tensors["histogram.edges"] = TensorData::of(DType::kF64, {static_cast<int64_t>(edges.size())}, edges);
    file.tensors["histogram.counts"] = TensorData::of(DType::kI64, {static_cast<int64_t>(counts.size())}, counts);
  }
  return items;
}

}  // namespace mdl
