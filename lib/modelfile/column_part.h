// Each kind of column's part of a model file and of its description: an overload of each function below for each kind
// of table/feature.h, and a reader in the list of encoder_part.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "modelfile/parts.h"
#include "modelfile/tensor_lists.h"
#include "modelfile/texts.h"
#include "table/feature.h"

namespace mdl {

/// Where a column is written.
struct ColumnWriter {
  parts::ordered_json& item;  // has its "kind"
  std::vector<std::string_view>& texts;
  TensorWriter& tensors;
  const Histogram& histogram;
};

/// What a column is read from; all of it throws Error with the reason alone.
struct ColumnReader {
  parts::Fields& fields;
  Texts& texts;
  TensorReader& tensors;
  const std::string& name;
  bool hashed;           // its values are
  Histogram& histogram;  // of which the column reads the edges
  std::string& problem;  // the first; it comes after what is wrong with the tensors

  /// As many numbers of the tensor as the field says; none where the field is not there.
  template <class T>
  std::vector<T> take_list(const parts::json* count, const char* tensor) {
    if (count == nullptr) return {};
    const int64_t size = parts::whole(*count, tensors.left(tensor));
    return size == 0 ? std::vector<T>() : tensors.take<T>(tensor, static_cast<size_t>(size));
  }

  /// As many hashes as `count` says, with their key.
  HashedValues take_hashes(const parts::json& count);

  template <class... Args>
  void expect(bool holds, fmt::format_string<Args...> why, Args&&... args) {
    if (!holds && problem.empty()) problem = fmt::format(why, std::forward<Args>(args)...);
  }
};

/// Those that describe a column of their name, by its item's "kind".
NumericColumn read_numeric(ColumnReader& from);
DateColumn read_date(ColumnReader& from, const std::string& kind);
ColumnEncoding read_categorical(ColumnReader& from);
TextColumn read_text(ColumnReader& from);
SetColumn read_set(ColumnReader& from);

/// The values by which a column knows cells, in every spelling: by themselves, or by their hashes where the model is
/// a serving one; `count` is the key of their number.
ValueIndex read_values(ColumnReader& from, const char* count);
void write_values(const ValueIndex& values, const char* count, ColumnWriter& to);

void write(const NumericColumn& column, ColumnWriter& to);
void write(const DateColumn& column, ColumnWriter& to);
void write(const OneHotColumn& column, ColumnWriter& to);
void write(const EmbeddingColumn& column, ColumnWriter& to);
void write(const TextColumn& column, ColumnWriter& to);
void write(const SetColumn& column, ColumnWriter& to);

/// Its values by their hashes only.
void hash_values(NumericColumn& column);
void hash_values(DateColumn& column);
void hash_values(OneHotColumn& column);
void hash_values(EmbeddingColumn& column);
void hash_values(TextColumn& column);
void hash_values(SetColumn& column);

/// A column in a line for people: text, behind it as many names as there is room for.
struct ColumnDescription {
  std::string text;
  std::vector<std::string> names;
};
ColumnDescription describe(const NumericColumn& column);
ColumnDescription describe(const DateColumn& column);
ColumnDescription describe(const OneHotColumn& column);
ColumnDescription describe(const EmbeddingColumn& column);
ColumnDescription describe(const TextColumn& column);
ColumnDescription describe(const SetColumn& column);

/// The same for programs, all of it.
void describe(const NumericColumn& column, parts::ordered_json& item);
void describe(const DateColumn& column, parts::ordered_json& item);
void describe(const OneHotColumn& column, parts::ordered_json& item);
void describe(const EmbeddingColumn& column, parts::ordered_json& item);
void describe(const TextColumn& column, parts::ordered_json& item);
void describe(const SetColumn& column, parts::ordered_json& item);

/// How numbers are spelled: {"decimal": ",", "thousands": ".", "unit": "kg"}, {"date": "dmy"} or {"time": true}.
NumberForm read_form(const parts::json& item);
parts::ordered_json write_form(const NumberForm& form);

}  // namespace mdl
