// Categories in a model file and in its description: of both kinds of columns, since they are one item there.
#include <algorithm>
#include <optional>

#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

namespace {

void write_categories(const ValueIndex& categories, bool embedding, const std::vector<float>& encoding,
                      ColumnWriter& to) {
  write_values(categories, "categories", to);
  to.item["table"] = embedding;
  to.item["codes"] = encoding.size();
  to.tensors.add("encoder.codes", encoding);
}

ColumnDescription describe_categories(const ValueIndex& categories) {
  if (categories.hashes() != nullptr) return {fmt::format("{}, hashed", categories.size()), {}};
  return {fmt::format("{}: ", categories.size()), categories.values()};
}

void describe_categories(const ValueIndex& categories, ordered_json& item) {
  if (categories.hashes() != nullptr) {
    item["hashed_categories"] = categories.size();
  } else {
    item["categories"] = categories.values();
  }
}

/// A text that is there twice; none where they differ.
std::optional<std::string> repeated(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  const auto twice = std::ranges::adjacent_find(texts);
  return twice == texts.end() ? std::nullopt : std::optional(*twice);
}

ValueIndex read_texts(ColumnReader& from, const char* count) {
  std::vector<std::string> values = from.texts.take(from.fields.at(count));
  const auto twice = repeated(values);
  from.expect(!twice, "it has two {} of the name {}", count, quote(twice.value_or("")));
  return ValueIndex(std::move(values));
}

ValueIndex read_hashes(ColumnReader& from, const char* key) {
  HashedValues spellings = from.take_hashes(from.fields.at("spellings"));
  const auto count = static_cast<int64_t>(spellings.size()), size = whole(from.fields.at(key), count);
  std::vector<int64_t> further;
  if (size < count) further = from.tensors.take<int64_t>("encoder.spellings", static_cast<size_t>(count - size));
  if (std::ranges::any_of(further, [&](int64_t value) { return value < 0 || value >= size; }))
    fail("tensor encoder.spellings holds a value that is out of range");
  return ValueIndex(static_cast<size_t>(size), std::move(spellings), further);
}

}  // namespace

ValueIndex read_values(ColumnReader& from, const char* count) {
  return from.hashed ? read_hashes(from, count) : read_texts(from, count);
}

void write_values(const ValueIndex& values, const char* count, ColumnWriter& to) {
  to.item[count] = values.size();
  if (const HashedValues* hashes = values.hashes()) {
    to.item["spellings"] = hashes->size();
    to.tensors.add("encoder.hashes", hashes->bytes());
    for (const int64_t value : values.further_values()) to.tensors.add("encoder.spellings", value);
  } else {
    to.texts.insert(to.texts.end(), values.values().begin(), values.values().end());
  }
}

ColumnEncoding read_categorical(ColumnReader& from) {
  ValueIndex categories = read_values(from, "categories");
  const bool embedding = from.fields.at("table").get<bool>();
  std::vector<float> codes = from.take_list<float>(&from.fields.at("codes"), "encoder.codes");
  const bool fits = embedding ? codes.empty() : codes.size() % (categories.size() + 1) == 0;
  from.expect(fits, "it has {} codes for column {}, which do not fit its categories", codes.size(), quote(from.name));
  from.expect(categories.size() > 0, "column {} has no category", quote(from.name));
  if (embedding) return EmbeddingColumn{std::move(categories)};
  return OneHotColumn{std::move(categories), std::move(codes)};
}

void write(const OneHotColumn& column, ColumnWriter& to) {
  write_categories(column.categories, false, column.encoding, to);
}

void write(const EmbeddingColumn& column, ColumnWriter& to) { write_categories(column.categories, true, {}, to); }

void hash_values(OneHotColumn& column) { column.categories = column.categories.hashed(); }

void hash_values(EmbeddingColumn& column) { column.categories = column.categories.hashed(); }

ColumnDescription describe(const OneHotColumn& column) { return describe_categories(column.categories); }

ColumnDescription describe(const EmbeddingColumn& column) { return describe_categories(column.categories); }

void describe(const OneHotColumn& column, ordered_json& item) {
  describe_categories(column.categories, item);
  item["table"] = false;
  if (!column.encoding.empty()) item["codes"] = column.encoding;
}

void describe(const EmbeddingColumn& column, ordered_json& item) {
  describe_categories(column.categories, item);
  item["table"] = true;
}

}  // namespace mdl
