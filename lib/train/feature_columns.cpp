#include "train/feature_columns.h"

#include "base/text.h"
#include "config/yaml.h"
#include "table/number_form.h"
#include "table/row_number.h"
#include "table/value.h"

namespace mdl {

std::vector<const Column*> feature_columns(const Dataset& dataset, const DataConfig& data,
                                           std::vector<std::string>& notes) {
  std::vector<const Column*> features, numbering;
  for (size_t i = 0; i < dataset.columns.size(); ++i) {
    const Column& c = dataset.columns[i];
    const bool told = data.types.contains(c.name);
    if (trim(c.name).empty()) {
      if (i > 1 && trim(dataset.columns[i - 1].name).empty()) continue;  // told with the one before it
      const std::string place = i == 0 ? "the first column"
                                       : "what stands behind column " + quote(dataset.columns[i - 1].name);
      notes.push_back(fmt::format("{} has no name{} and is ignored; to use it, name it in the file", place,
                                  c.missing == dataset.rows ? " and no values"
                                  : i == 0                  ? ", as the index that pandas writes,"
                                                            : ""));
      continue;
    }
    if (c.name == data.target || c.name == data.weight || c.name == data.exposure || c.name == data.split.group ||
        c.name == data.split.time)
      continue;
    if (!told && numbering_of(c, dataset) == Numbering::kRows) {
      numbering.push_back(&c);
    } else {
      features.push_back(&c);
    }
  }
  if (numbering.empty()) return features;
  std::vector<std::string> names, types;
  for (const Column* c : numbering) {
    names.push_back(quote(c->name));
    types.push_back(fmt::format("{}: numeric", yaml_text(c->name)));
  }
  const bool several = names.size() > 1;
  const std::string told = fmt::format("{} {} the rows, which tells nothing of new ones",
                                       several ? "columns " + join_names(names) : "column " + names[0],
                                       several ? "number" : "numbers");
  if (features.empty()) {
    notes.push_back(fmt::format("{}; with no other column, {} kept", told, several ? "they are" : "it is"));
    return numbering;
  }
  notes.push_back(fmt::format("{}, and {} left out; to learn from {}, set data.types: {{{}}}", told,
                              several ? "are" : "is", several ? "them" : "it", fmt::join(types, ", ")));
  return features;
}

void note_roles(const DataConfig& data, std::vector<std::string>& notes) {
  std::vector<std::string> roles;
  const auto add = [&](const std::string& column, const char* role) {
    if (!column.empty()) roles.push_back(fmt::format("{} ({})", quote(column), role));
  };
  add(data.split.group, "data.split keeps its groups together");
  add(data.split.time, "data.split validates on its latest rows");
  add(data.weight, "data.weight");
  add(data.exposure, "data.exposure");
  if (!roles.empty()) notes.push_back("no features: " + join_names(roles));
}

void note_spellings(const std::vector<const Column*>& columns, std::vector<std::string>& notes) {
  constexpr size_t kShown = 3;
  std::vector<std::string> found;
  for (const Column* column : columns) {
    std::vector<std::string> spellings;
    for (const auto& [spelling, name] : column->merged) {
      spellings.push_back(
          fmt::format("{} as {}", shown_cell(quote_spelling(spelling)), shown_cell(quote_spelling(name))));
    }
    if (!spellings.empty())
      found.push_back(fmt::format("column {} ({})", quote(column->name), join_names(spellings, kShown)));
  }
  if (!found.empty()) notes.push_back("the same value in different spellings: " + join_names(found));
}

void note_forms(const Encoder& encoder, const DataConfig& data, std::vector<std::string>& notes) {
  std::vector<std::string> names, missing;
  for (const Feature& feature : encoder.features) {
    const NumericColumn* number = feature.number();
    if (number == nullptr || !number->form.special() || data.types.contains(feature.name)) continue;
    if (!number->form.missing.empty())
      missing.push_back(fmt::format("{} in {}", words_for_missing(number->form), quote(feature.name)));
    NumberForm form = number->form;
    form.missing.clear();
    if (form.special() && form != form_of(data.format))
      names.push_back(words_of(form) == words_of({})
                          ? quote(feature.name)
                          : fmt::format("{}, each a {}", quote(feature.name), words_of(form)));
  }
  if (!missing.empty())
    notes.push_back(
        fmt::format("taken for missing: {}; data.types: {{NAME: categorical}} keeps texts", join_names(missing)));
  if (!names.empty())
    notes.push_back(
        fmt::format("read as numbers: {}; data.types: {{NAME: categorical}} keeps texts", join_names(names)));
}

}  // namespace mdl
