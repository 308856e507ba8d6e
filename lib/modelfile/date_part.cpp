// Dates and times of day with their cycles in a model file and in its description: numbers of another kind. "parts" is
// there where they are not the season and the weekday, as which earlier versions read them.
#include <algorithm>
#include <iterator>

#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

namespace {

constexpr DateParts kFirstParts{.season = true, .weekday = true};

struct NamedPart {
  const char* name;
  bool DateParts::*part;
};
constexpr NamedPart kParts[] = {
    {"season", &DateParts::season}, {"weekday", &DateParts::weekday}, {"hour", &DateParts::hour}};

std::vector<std::string> names_of(DateParts parts) {
  std::vector<std::string> names;
  for (const auto& [name, part] : kParts) {
    if (parts.*part) names.emplace_back(name);
  }
  return names;
}

DateParts read_parts(const std::vector<std::string>& names) {
  DateParts parts;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kParts, name, &NamedPart::name);
    if (found == std::end(kParts)) fail("{} is not a value that this version knows", quote(name));
    parts.*found->part = true;
  }
  if (names_of(parts) != names) fail("its description is damaged");
  return parts;
}

}  // namespace

DateColumn read_date(ColumnReader& from, const std::string& kind) {
  DateColumn column{read_numeric(from), kFirstParts};
  if (const json* parts = from.fields.find("parts")) column.parts = read_parts(parts->get<std::vector<std::string>>());
  const bool is_time = kind == "time";
  const NumberForm::Kind form = is_time ? NumberForm::Kind::kTime : NumberForm::Kind::kDate;
  from.expect(column.numbers.form.kind == form && column.numbers.embedded_values.empty(), "column {} holds no {}s",
              quote(from.name), kind);
  const bool fits = is_time ? column.parts == DateParts{.hour = true} : column.parts.count() > 0;
  from.expect(fits, "column {} has parts that a {} does not have", quote(from.name), kind);
  return column;
}

void write(const DateColumn& column, ColumnWriter& to) {
  write(column.numbers, to);
  if (column.parts != kFirstParts) to.item["parts"] = names_of(column.parts);
}

void hash_values(DateColumn&) {}

ColumnDescription describe(const DateColumn& column) {
  return {fmt::format("{}, {}", describe(column.numbers).text, join_names(names_of(column.parts))), {}};
}

void describe(const DateColumn& column, ordered_json& item) {
  describe(column.numbers, item);
  item["parts"] = names_of(column.parts);
}

}  // namespace mdl
