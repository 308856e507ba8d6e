// Categories in a model file and in its description: of both kinds of columns, since they are one item there.
#include <algorithm>
#include <optional>

#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

namespace {

void write_categories(const ValueIndex& categories, bool embedding, const std::vector<float>& encoding,
                      ColumnWriter& to) {
  to.texts.insert(to.texts.end(), categories.values().begin(), categories.values().end());
  to.item["categories"] = categories.values().size();
  to.item["table"] = embedding;
  to.item["codes"] = encoding.size();
  to.tensors.add("encoder.codes", encoding);
}

ColumnDescription describe_categories(const ValueIndex& categories) {
  return {fmt::format("{}: ", categories.values().size()), categories.values()};
}

/// A text that is there twice; none where they differ.
std::optional<std::string> repeated(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  const auto twice = std::ranges::adjacent_find(texts);
  return twice == texts.end() ? std::nullopt : std::optional(*twice);
}

}  // namespace

ColumnEncoding read_categorical(ColumnReader& from) {
  std::vector<std::string> categories = from.texts.take(from.fields.at("categories"));
  const bool embedding = from.fields.at("table").get<bool>();
  std::vector<float> codes = from.take_list<float>(&from.fields.at("codes"), "encoder.codes");
  const bool fits = embedding ? codes.empty() : codes.size() % (categories.size() + 1) == 0;
  from.expect(fits, "it has {} codes for column {}, which do not fit its categories", codes.size(), quote(from.name));
  from.expect(!categories.empty(), "column {} has no category", quote(from.name));
  const auto twice = repeated(categories);
  from.expect(!twice, "it has two categories of the name {}", quote(twice.value_or("")));
  if (embedding) return EmbeddingColumn{ValueIndex(std::move(categories))};
  return OneHotColumn{ValueIndex(std::move(categories)), std::move(codes)};
}

void write(const OneHotColumn& column, ColumnWriter& to) {
  write_categories(column.categories, false, column.encoding, to);
}

void write(const EmbeddingColumn& column, ColumnWriter& to) { write_categories(column.categories, true, {}, to); }

ColumnDescription describe(const OneHotColumn& column) { return describe_categories(column.categories); }

ColumnDescription describe(const EmbeddingColumn& column) { return describe_categories(column.categories); }

void describe(const OneHotColumn& column, ordered_json& item) {
  item["categories"] = column.categories.values();
  item["table"] = false;
  if (!column.encoding.empty()) item["codes"] = column.encoding;
}

void describe(const EmbeddingColumn& column, ordered_json& item) {
  item["categories"] = column.categories.values();
  item["table"] = true;
}

}  // namespace mdl
