#include "export/onnx_columns.h"

#include <numeric>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "table/value.h"

namespace mdl::onnx {
namespace {

using Value = Graph::Value;

constexpr int64_t kColumns = 1;  // the axis

// Each kind of column of table/feature.h: the graph's input, and the index of its cells, [rows]: a place in the
// encoding, of which the last is for missing and unseen cells, or a row of the embedding, of which the first is.

/// What a double stands for.
std::string number_of(const NumberForm& form) {
  switch (form.kind) {
    case NumberForm::Kind::kDate: return "days since 1970-01-01, the time of day as a fraction";
    case NumberForm::Kind::kTime: return "hours";
    case NumberForm::Kind::kSpelled: return form.unit.empty() ? "a number" : "a number, in " + form.unit;
    case NumberForm::Kind::kPlain: break;
  }
  return "a number";
}

Value input(const NumericColumn& column, const std::string& name, Graph& graph) {
  return graph.input(name, Type::kDouble, number_of(column.form) + "; NaN: missing");
}

Value index(const NumericColumn& column, const Value& cell, Graph& graph) {
  const std::vector<double>& values = column.embedded_values.numbers();
  std::vector<int64_t> rows(values.size());
  std::iota(rows.begin(), rows.end(), 1);
  const auto count = static_cast<int64_t>(rows.size());
  const Value matches = graph.cast(graph.add("Equal", {cell, graph.constant(values, {count})}), Type::kInt64);
  const Value row = graph.add("Mul", {matches, graph.constant(rows, {count})}),
              second_axis = graph.constant(std::vector<int64_t>{1}, {1});
  return graph.add("ReduceSum", {row, second_axis}, {{"keepdims", int64_t{0}}});
}

Value input(const DateColumn& column, const std::string& name, Graph& graph) {
  return input(column.numbers, name, graph);
}

/// The day of the year by the Gregorian calendar's arithmetic, in years that begin on the first of March (Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
Value index(const DateColumn& column, const Value& cell, Graph& graph) {
  constexpr int64_t kEra = 146'097;                         // days of 400 years, which are whole weeks
  constexpr double kFirst = -719'528, kBehind = 2'932'897;  // as DateColumn::index
  const auto whole = [&](int64_t value) { return graph.constant(std::vector<int64_t>{value}, {}); };
  const auto node = [&](const char* op, const Value& a, const Value& b) { return graph.add(op, {a, b}); };
  const auto divide = [&](const Value& a, int64_t b) { return node("Div", a, whole(b)); };
  const auto is = [&](const Value& condition) { return graph.cast(condition, Type::kInt64); };
  const bool is_time = column.is_time();
  const Value known = node("And", node("GreaterOrEqual", cell, graph.number(is_time ? 0.0 : kFirst)),
                           is_time ? node("LessOrEqual", cell, graph.number(double{DateColumn::kHoursOfDay}))
                                   : node("Less", cell, graph.number(kBehind)));
  const Value number = graph.add("Where", {known, cell, graph.number(0.0)}), floor = graph.add("Floor", {number});
  const Value days = graph.cast(floor, Type::kInt64);
  const auto day_of_year = [&] {
    const Value since_march = node("Mod", node("Add", days, whole(719'468 + kEra)), whole(kEra));
    const Value year = divide(
        node("Sub", node("Add", node("Sub", since_march, divide(since_march, 1460)), divide(since_march, 36'524)),
             divide(since_march, 146'096)),
        365);
    const Value before = node("Sub", node("Add", node("Mul", year, whole(365)), divide(year, 4)), divide(year, 100));
    const Value day = node("Sub", since_march, before);  // 0: the first of March
    const auto multiple_of = [&](int64_t of) { return is(node("Equal", node("Mod", year, whole(of)), whole(0))); };
    const Value leap = node("Add", node("Sub", multiple_of(4), multiple_of(100)), multiple_of(400));
    return graph.add("Where", {node("Less", day, whole(306)), node("Add", node("Add", day, whole(59)), leap),
                               node("Sub", day, whole(306))});
  };
  const auto weekday = [&] {  // 1970 began on a Thursday
    return node("Mod", node("Add", days, whole(3 + 7 * kEra)), whole(7));
  };
  const auto hour = [&] {
    const Value hours = is_time
                            ? number
                            : node("Mul", node("Sub", number, floor), graph.number(double{DateColumn::kHoursOfDay}));
    return node("Mod", graph.cast(node("Add", hours, graph.number(DateColumn::kHalfASecond)), Type::kInt64),
                whole(DateColumn::kHoursOfDay));
  };
  Value place;
  const auto add_digit = [&](bool part, const auto& digit, int64_t base) {
    if (part) place = place.empty() ? digit() : node("Add", node("Mul", place, whole(base)), digit());
  };
  add_digit(column.parts.season, day_of_year, DateColumn::kDaysOfYear);
  add_digit(column.parts.weekday, weekday, DateColumn::kDaysOfWeek);
  add_digit(column.parts.hour, hour, DateColumn::kHoursOfDay);
  const Value index = graph.add("Where", {known, place, whole(static_cast<int64_t>(*column.inputs().indices))});
  return graph.add("Reshape", {index, graph.constant(std::vector<int64_t>{-1}, {1})});
}

Value input_of_text(const ValueIndex& categories, const std::string& name, Graph& graph) {
  for (const std::string& category : categories.values()) check_utf8(category, "a category of column " + quote(name));
  return graph.input(name, Type::kString, "a text; one that is not known: missing");
}

/// ONNX looks texts up by their bytes: beside the categories as they are those spellings that other programs write;
/// and whose they are.
std::pair<std::vector<std::string>, std::vector<int64_t>> common_spellings(const ValueIndex& categories) {
  std::vector<std::string> spellings = categories.values();
  std::vector<int64_t> values(spellings.size());
  std::iota(values.begin(), values.end(), 0);
  std::set<std::string> known(spellings.begin(), spellings.end());
  const auto add = [&](const std::string& spelling) {
    const int32_t value = categories.find(spelling);
    if (value < 0 || !is_utf8(spelling) || !known.insert(spelling).second) return;
    spellings.push_back(spelling);
    values.push_back(value);
  };
  for (const std::string& category : categories.values()) {
    std::string room;
    const std::string value(canonical(category, room));
    add(value);
    add(value + ".0");
  }
  for (const char* label : {"true", "false", "True", "False", "TRUE", "FALSE"}) add(label);
  return {spellings, values};
}

Value index_of_text(const ValueIndex& categories, int64_t first, int64_t unseen, const Value& cell, Graph& graph) {
  auto [spellings, indices] = common_spellings(categories);
  for (int64_t& index : indices) index += first;
  const Value column = graph.add("LabelEncoder", {cell},
                                 {{"keys_strings", spellings}, {"values_int64s", indices}, {"default_int64", unseen}},
                                 "ai.onnx.ml");
  return graph.add("Reshape", {column, graph.constant(std::vector<int64_t>{-1}, {1})});
}

Value input(const OneHotColumn& column, const std::string& name, Graph& graph) {
  return input_of_text(column.categories, name, graph);
}

Value index(const OneHotColumn& column, const Value& cell, Graph& graph) {
  return index_of_text(column.categories, 0, static_cast<int64_t>(column.categories.size()), cell, graph);
}

Value input(const EmbeddingColumn& column, const std::string& name, Graph& graph) {
  return input_of_text(column.categories, name, graph);
}

Value index(const EmbeddingColumn& column, const Value& cell, Graph& graph) {
  return index_of_text(column.categories, 1, 0, cell, graph);
}

Value input(const ReadsBags auto& column, const std::string& name, Graph&) {
  fail("its column {} is a {}, which ONNX is not written for; --format pytorch, mdl predict and mdl serve do",
       quote(name), column.kind_name());
}

Value index(const ReadsBags auto&, const Value& cell, Graph&) { return cell; }

/// z / sqrt(1 + (z / 3)^2).
Value softly_clipped(const Value& unbounded, Graph& graph) {
  const Value z = graph.add("Clip", {unbounded, graph.number(-1e9), graph.number(1e9)});  // its square must be a double
  const Value third = graph.add("Div", {z, graph.number(3.0)});
  return graph.add("Div",
                   {z, graph.add("Sqrt", {graph.add("Add", {graph.number(1.0), graph.add("Mul", {third, third})})})});
}

/// The numbers of all columns that have one at once, and what says whether they are there.
void encode_numbers(const Encoder& encoder, const std::vector<Value>& cells, EncodedColumns& to, Graph& graph) {
  std::vector<double> centers, scales;
  std::vector<float> imputed, present, missing_inputs;
  std::vector<int64_t> indicated;
  std::vector<Value> numbers;
  for (size_t f = 0; f < cells.size(); ++f) {
    const NumericColumn* column = encoder.features[f].number();
    if (column == nullptr) continue;
    if (column->presence) {
      indicated.push_back(static_cast<int64_t>(numbers.size()));
      present.push_back(column->presence->present);
      missing_inputs.push_back(column->presence->missing);
    }
    numbers.push_back(cells[f]);
    centers.push_back(column->center);
    scales.push_back(column->scale);
    imputed.push_back(column->imputed);
  }
  if (numbers.empty()) return;
  const auto count = static_cast<int64_t>(numbers.size());
  const Value cell = graph.add("Concat", numbers, {{"axis", kColumns}});
  const Value missing = graph.add("IsNaN", {cell});
  const Value number = graph.add("Where", {missing, graph.number(0.0), cell});
  Value z = graph.add("Div",
                      {graph.add("Sub", {number, graph.constant(centers, {count})}), graph.constant(scales, {count})});
  if (encoder.scaling == Scaling::kRobust) z = softly_clipped(z, graph);
  to.numbers = graph.add("Where", {missing, graph.constant(imputed, {count}), graph.cast(z, Type::kFloat)});
  if (indicated.empty()) return;
  const auto indicators = static_cast<int64_t>(indicated.size());
  const Value some = graph.add("Gather", {missing, graph.constant(indicated, {indicators})}, {{"axis", kColumns}});
  to.others.push_back(
      graph.add("Where", {some, graph.constant(missing_inputs, {indicators}), graph.constant(present, {indicators})}));
}

}  // namespace

void check_utf8(const std::string& text, const std::string& what) {
  if (!is_utf8(text)) fail("{} is not UTF-8, as ONNX strings must be: {}", what, quote(text));
}

EncodedColumns encode_columns(const Encoder& encoder, Graph& graph) {
  EncodedColumns encoded;
  std::vector<Value> cells;
  for (const Feature& feature : encoder.features) {
    if (feature.name.empty()) fail("it has a column without a name, which an ONNX input must have");
    check_utf8(feature.name, "the name of a column");
    cells.push_back(std::visit([&](const auto& kind) { return input(kind, feature.name, graph); }, feature.kind));
  }
  encode_numbers(encoder, cells, encoded, graph);
  for (size_t f = 0; f < cells.size(); ++f) {
    const Feature& feature = encoder.features[f];
    const ColumnInputs inputs = feature.inputs();
    if (!inputs.indices) continue;
    const Value place = std::visit([&](const auto& kind) { return index(kind, cells[f], graph); }, feature.kind);
    const auto count = static_cast<int64_t>(*inputs.indices);
    if (inputs.embedding) {
      encoded.embedded.push_back(place);
    } else if (inputs.encoding.empty()) {
      // The index `count` is outside: 0 everywhere.
      encoded.others.push_back(graph.add("OneHot", {place, graph.constant(std::vector<int64_t>{count}, {}),
                                                    graph.constant(std::vector<float>{0, 1}, {2})}));
    } else {
      const std::vector<float> rows(inputs.encoding.begin(), inputs.encoding.end());
      encoded.others.push_back(
          graph.add("Gather", {graph.constant(rows, {count + 1, static_cast<int64_t>(inputs.width)}), place}));
    }
  }
  return encoded;
}

}  // namespace mdl::onnx
