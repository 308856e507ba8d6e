#include "modelfile/encoder_part.h"

#include <algorithm>

#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

namespace {

/// By the "kind" of an item.
ColumnEncoding read_column(ColumnReader& from) {
  const auto& kind = from.fields.at("kind").get_ref<const std::string&>();
  if (kind == "numeric") return read_numeric(from);
  if (kind == "date" || kind == "time") return read_date(from, kind);
  if (kind == "categorical") return read_categorical(from);
  if (kind == "text") return read_text(from);
  if (kind == "set") return read_set(from);
  fail("{} is not a value that this version knows", quote(kind));
}

}  // namespace

HashedValues ColumnReader::take_hashes(const json& count) {
  constexpr auto kWidth = static_cast<int64_t>(HashedValues::kWidth);
  const int64_t size = whole(count, std::max(tensors.left("encoder.hashes") / kWidth, int64_t{1}) - 1);
  const auto hashes =
      HashedValues::parse(tensors.take<uint8_t>("encoder.hashes", static_cast<size_t>((1 + size) * kWidth)));
  if (!hashes) fail("column {} has two equal hashes", quote(name));
  return *hashes;
}

void read_encoder(const json& items, const json& scaling, bool serving, Texts& texts, Safetensors& file,
                  Encoder& encoder) {
  encoder.scaling = parse_enum(scaling, kScalingNames);
  TensorReader tensors(file);
  const bool has_histograms = !serving && (tensors.has("histogram.counts") || tensors.has("histogram.edges"));
  std::string problem;
  for (const json& item : items) {
    Fields fields(item);
    Feature& feature = encoder.features.emplace_back(Feature{.name = texts.take()});
    ColumnReader column{fields, texts, tensors, feature.name, serving, feature.histogram, problem};
    feature.kind = read_column(column);
    fields.expect_end();
    if (!has_histograms) continue;
    const ValueIndex* categories = feature.categories();
    const size_t bins = (categories != nullptr ? categories->size() : feature.histogram.edges.size()) + 1;
    feature.histogram.counts = tensors.take<int64_t>("histogram.counts", bins + 1);
  }
  if (tensors.has("encoder.reference"))
    encoder.reference = tensors.take<double>("encoder.reference", encoder.features.size());
  // Those that are there even where no column has any of it.
  for (const char* tensor : {"encoder.center", "encoder.scale"}) tensors.take<double>(tensor, 0);
  for (const char* tensor : {"encoder.fill", "encoder.codes"}) tensors.take<float>(tensor, 0);
  if (has_histograms) tensors.take<double>("histogram.edges", 0);
  if (has_histograms) tensors.take<int64_t>("histogram.counts", 0);
  tensors.expect_end();
  if (!problem.empty()) throw Error(problem);
}

ordered_json write_encoder(const Encoder& encoder, Safetensors& file, std::vector<std::string_view>& texts) {
  ordered_json items = ordered_json::array();
  TensorWriter tensors;
  for (const char* tensor : {"encoder.center", "encoder.scale"}) tensors.room<double>(tensor);
  for (const char* tensor : {"encoder.fill", "encoder.codes"}) tensors.room<float>(tensor);
  for (const Feature& feature : encoder.features) {
    texts.emplace_back(feature.name);
    ordered_json item = {{"kind", feature.kind_name()}};
    ColumnWriter column{item, texts, tensors, feature.histogram};
    std::visit([&](const auto& kind) { write(kind, column); }, feature.kind);
    items.push_back(std::move(item));
    if (feature.histogram.counts.empty()) continue;
    tensors.add("histogram.counts", feature.histogram.counts);
    tensors.room<double>("histogram.edges");
  }
  if (!encoder.reference.empty()) tensors.add("encoder.reference", encoder.reference);
  tensors.write(file);
  return items;
}

}  // namespace mdl
