// Numbers in a model file and in its description.
#include <algorithm>
#include <functional>

#include "modelfile/column_part.h"
#include "table/date.h"
#include "table/number_form.h"

namespace mdl {

using namespace parts;

namespace {

bool is_plain_date(const NumberForm& form) { return form.kind == NumberForm::Kind::kDate && !form.special(); }

bool ascend(const std::vector<double>& values) {
  return std::ranges::adjacent_find(values, std::greater_equal()) == values.end();
}

}  // namespace

NumberForm read_form(const json& item) {
  NumberForm form;
  const std::string decimal = item.value("decimal", ".");
  form.kind = item.contains("date")      ? NumberForm::Kind::kDate
              : item.contains("time")    ? NumberForm::Kind::kTime
              : item.contains("decimal") ? NumberForm::Kind::kSpelled
                                         : NumberForm::Kind::kPlain;
  form.decimal = decimal.size() == 1 ? decimal[0] : '\0';
  form.thousands = item.value("thousands", "");
  form.unit = item.value("unit", "");
  form.order = item.value("date", "");
  form.missing = item.value("missing", std::vector<std::string>());
  if (!is_usable(form) || !form.special() || json(write_form(form)) != item)
    fail("it has a column with an unknown number format");
  return form;
}

ordered_json write_form(const NumberForm& form) {
  ordered_json item = ordered_json::object();
  switch (form.kind) {
    case NumberForm::Kind::kPlain: break;
    case NumberForm::Kind::kDate: item["date"] = form.order; break;
    case NumberForm::Kind::kTime: item["time"] = true; break;
    case NumberForm::Kind::kSpelled:
      item["decimal"] = std::string(1, form.decimal);
      item["thousands"] = form.thousands;
      item["unit"] = form.unit;
  }
  if (!form.missing.empty()) item["missing"] = form.missing;
  return item;
}

void write(const NumericColumn& column, ColumnWriter& to) {
  ordered_json& item = to.item;
  item["indicator"] = column.presence.has_value();
  if (column.form.special()) {
    item["form"] = write_form(column.form);
  } else if (is_plain_date(column.form)) {
    item["dates"] = true;
  }
  to.tensors.add("encoder.center", column.center);
  to.tensors.add("encoder.scale", column.scale);
  to.tensors.add("encoder.fill", column.imputed);
  if (!column.embedded_values.empty()) {
    item["values"] = column.embedded_values.size();
    if (const HashedValues* hashes = column.embedded_values.hashes()) {
      to.tensors.add("encoder.hashes", hashes->bytes());
    } else {
      to.tensors.add("encoder.values", column.embedded_values.numbers());
    }
  }
  if (!to.histogram.counts.empty()) {
    item["edges"] = to.histogram.edges.size();
    to.tensors.add("histogram.edges", to.histogram.edges);
  }
  item["codes"] = column.presence ? 2 : 0;
  if (!column.presence) return;
  to.tensors.add("encoder.codes", std::vector<float>{column.presence->present, column.presence->missing});
}

NumericColumn read_numeric(ColumnReader& from) {
  NumericColumn column;
  const bool presence = from.fields.at("indicator").get<bool>();
  if (const json* dates = from.fields.find("dates"); dates != nullptr && dates->get<bool>())
    column.form.kind = NumberForm::Kind::kDate;
  if (const json* form = from.fields.find("form")) column.form = read_form(*form);
  column.center = from.tensors.take<double>("encoder.center");
  column.scale = from.tensors.take<double>("encoder.scale");
  column.imputed = from.tensors.take<float>("encoder.fill");
  const json* values = from.fields.find("values");
  if (!from.hashed) {
    column.embedded_values = NumberIndex(from.take_list<double>(values, "encoder.values"));
  } else if (values != nullptr) {
    column.embedded_values = NumberIndex(from.take_hashes(*values));
  }
  from.histogram.edges = from.take_list<double>(from.fields.find("edges"), "histogram.edges");
  const std::vector<float> codes = from.take_list<float>(&from.fields.at("codes"), "encoder.codes");
  from.expect(codes.size() == (presence ? 2 : 0), "it has {} codes for column {}, which do not fit its categories",
              codes.size(), quote(from.name));
  if (presence && codes.size() == 2) column.presence = {codes[0], codes[1]};
  from.expect(column.scale > 0, "tensor encoder.scale holds a value that is not positive");
  from.expect(ascend(column.embedded_values.numbers()), "the values of column {} are not in ascending order",
              quote(from.name));
  from.expect(ascend(from.histogram.edges), "the bins of column {} are not in ascending order", quote(from.name));
  return column;
}

void hash_values(NumericColumn& column) {
  if (!column.embedded_values.empty()) column.embedded_values = column.embedded_values.hashed();
}

ColumnDescription describe(const NumericColumn& column) {
  std::string text = column.form.kind == NumberForm::Kind::kDate
                         ? fmt::format("dates, center {}, scale {:.4g} days", format_date(column.center), column.scale)
                         : fmt::format("center {:.4g}, scale {:.4g}", column.center, column.scale);
  if (words_of(column.form) != words_of({}) && column.form.special())
    text += fmt::format(", of a {}", words_of(column.form));
  if (!column.form.missing.empty()) text += fmt::format(", {} taken for missing", words_for_missing(column.form));
  if (!column.embedded_values.empty()) {
    text += fmt::format(", embedding of {}{} values", column.embedded_values.size(),
                        column.embedded_values.hashes() != nullptr ? " hashed" : "");
  }
  return {text, {}};
}

void describe(const NumericColumn& column, ordered_json& item) {
  item["center"] = column.center;
  item["scale"] = column.scale;
  item["fill"] = column.imputed;
  item["indicator"] = column.presence.has_value();
  if (column.form.kind == NumberForm::Kind::kDate) item["dates"] = true;
  if (column.form.special()) item["form"] = write_form(column.form);
  if (const HashedValues* hashes = column.embedded_values.hashes()) {
    item["hashed_values"] = hashes->size();
  } else if (!column.embedded_values.empty()) {
    item["values"] = column.embedded_values.numbers();
  }
  if (column.presence) item["codes"] = {column.presence->present, column.presence->missing};
}

}  // namespace mdl
