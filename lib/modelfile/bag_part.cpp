// Texts and sets in a model file and in its description.
#include <algorithm>
#include <bit>
#include <functional>

#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

namespace {

/// The edges of the histogram of the cells' sizes.
void write_edges(ColumnWriter& to) {
  if (to.histogram.counts.empty()) return;
  to.item["edges"] = to.histogram.edges.size();
  to.tensors.add("histogram.edges", to.histogram.edges);
}

void read_edges(ColumnReader& from) {
  from.histogram.edges = from.take_list<double>(from.fields.find("edges"), "histogram.edges");
  from.expect(std::ranges::is_sorted(from.histogram.edges, std::less_equal()),
              "the bins of column {} are not in ascending order", quote(from.name));
}

}  // namespace

TextColumn read_text(ColumnReader& from) {
  const int64_t buckets = whole(from.fields.at("buckets"), int64_t{TextColumn::kMostBuckets});
  read_edges(from);
  from.expect(buckets > 0 && std::has_single_bit(static_cast<uint64_t>(buckets)),
              "the buckets of column {} are no power of two", quote(from.name));
  return {static_cast<size_t>(buckets)};
}

SetColumn read_set(ColumnReader& from) {
  SetColumn column{read_values(from, "elements")};
  const auto& separator = from.fields.at("separator").get_ref<const std::string&>();
  read_edges(from);
  from.expect(separator.size() == 1, "the separator of column {} is not one character", quote(from.name));
  from.expect(column.elements.size() > 0, "column {} has no element", quote(from.name));
  column.separator = separator.empty() ? ';' : separator[0];
  return column;
}

void write(const TextColumn& column, ColumnWriter& to) {
  to.item["buckets"] = column.buckets;
  write_edges(to);
}

void write(const SetColumn& column, ColumnWriter& to) {
  write_values(column.elements, "elements", to);
  to.item["separator"] = std::string(1, column.separator);
  write_edges(to);
}

void hash_values(TextColumn&) {}

void hash_values(SetColumn& column) { column.elements = column.elements.hashed(); }

ColumnDescription describe(const TextColumn& column) {
  return {
      fmt::format("words, their pairs and their parts in {} buckets", grouped(static_cast<long long>(column.buckets))),
      {}};
}

ColumnDescription describe(const SetColumn& column) {
  if (column.elements.hashes() != nullptr) return {fmt::format("{} elements, hashed", column.elements.size()), {}};
  return {fmt::format("{} elements: ", column.elements.size()), column.elements.values()};
}

void describe(const TextColumn& column, ordered_json& item) { item["buckets"] = column.buckets; }

void describe(const SetColumn& column, ordered_json& item) {
  item["separator"] = std::string(1, column.separator);
  if (column.elements.hashes() != nullptr) {
    item["hashed_elements"] = column.elements.size();
  } else {
    item["elements"] = column.elements.values();
  }
}

}  // namespace mdl
