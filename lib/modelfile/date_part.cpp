// Dates with their season and weekday in a model file and in its description: numbers of another kind.
#include "modelfile/column_part.h"

namespace mdl {

using namespace parts;

DateColumn read_date(ColumnReader& from) {
  DateColumn column{read_numeric(from)};
  from.expect(column.days.form.kind == NumberForm::Kind::kDate && column.days.embedded_values.empty(),
              "column {} holds no dates", quote(from.name));
  return column;
}

void write(const DateColumn& column, ColumnWriter& to) { write(column.days, to); }

void hash_values(DateColumn&) {}

ColumnDescription describe(const DateColumn& column) {
  return {describe(column.days).text + ", season and weekday", {}};
}

void describe(const DateColumn& column, ordered_json& item) { describe(column.days, item); }

}  // namespace mdl
