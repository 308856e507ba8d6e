#include "cli/input_flags.h"

#include <algorithm>

#include "config/fields.h"

namespace mdl {
namespace {

const Field& field_of(const std::string& key) {
  return *std::ranges::find(fields(), key, [](const Field& field) { return field.key; });
}

}  // namespace

void add_input_flags(CLI::App& app, InputFlags& flags, const std::vector<std::string>& types) {
  const auto add = [&](const char* name, const char* key, const char* type, const char* help) {
    return app
        .add_option_function<std::string>(
            name,
            [&flags, name, key](const std::string& value) {
              flags.given.push_back({name, key, value});
            },
            help)
        ->type_name(type)
        ->group("Input");
  };
  add("--input-format", "data.format.type", "FORMAT",
      "csv, tsv or jsonl (default: by the first line and the file's extension); Parquet and Arrow are recognised")
      ->check(CLI::IsMember(types));
  add("--delimiter", "data.format.delimiter", "CHAR",
      "field delimiter: one character, or tab (default: by the header)");
  add("--quote", "data.format.quote", "CHAR", "quote character, or none (default: the double quote)");
  add("--comment", "data.format.comment", "CHAR", "ignore lines that begin with it");
  add("--encoding", "data.format.encoding", "NAME", "encoding, such as windows-1252 (default: UTF-8)");
  add("--decimal", "data.format.decimal", "CHAR", "decimal mark of all numeric columns, '.' or ','");
  add("--thousands", "data.format.thousands", "CHAR", "thousands separator of all numeric columns");
  add("--dates", "data.format.dates", "ORDER", "order of day, month and year in all dates: dmy, mdy or ymd");
}

void add_missing_flag(CLI::App& app, InputFlags& flags) {
  app.add_option("--missing", flags.missing, "another null value: cells that say this are missing; repeatable")
      ->type_name("TEXT")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group("Input");
}

TextFormat text_format(const InputFlags& flags) {
  Config config;
  for (const Flag& flag : flags.given) {
    if (flag.key == "data.format.type" && flag.value == "arrow") continue;  // no text
    Node value;
    value.kind = Node::Kind::kScalar;
    value.text = flag.value;
    const Field& field = field_of(flag.key);
    if (const std::string found = field.read(value, config); !found.empty())
      wrong_flags("{}: expected {}, found {}", flag.name, field.expected, found);
  }
  return config.data.format;
}

void apply(const InputFlags& flags, Model& model) {
  const TextFormat told = text_format(flags);
  const NumberForm number = form_of(told);
  const auto respell = [&](NumberForm& form) {
    const bool date = form.kind == NumberForm::Kind::kDate;
    if (date && told.dates) form.order = *told.dates;
    if (number == NumberForm() || date || form.kind == NumberForm::Kind::kTime) return;
    form.kind = NumberForm::Kind::kSpelled;
    form.decimal = number.decimal;
    form.thousands = number.thousands;
  };
  for (Feature& feature : model.encoder.features) {
    if (auto* numbers = std::get_if<NumericColumn>(&feature.kind)) respell(numbers->form);
    if (auto* dates = std::get_if<DateColumn>(&feature.kind)) respell(dates->numbers.form);
  }
  respell(model.target.form);
  if (flags.missing.empty()) return;
  std::vector<std::string> spellings = model.encoder.missing.spellings();
  spellings.insert(spellings.end(), flags.missing.begin(), flags.missing.end());
  model.encoder.missing = NullValues(std::move(spellings));
}

}  // namespace mdl
