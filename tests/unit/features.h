// Features of models made by hand, and what they hold.
#pragma once

#include <string>
#include <vector>

#include "table/feature.h"

inline mdl::Feature one_hot(std::string name, std::vector<std::string> categories, std::vector<float> encoding = {}) {
  return {.name = std::move(name),
          .kind = mdl::OneHotColumn{mdl::ValueIndex(std::move(categories)), std::move(encoding)}};
}

inline mdl::Feature embedded(std::string name, std::vector<std::string> categories) {
  return {.name = std::move(name), .kind = mdl::EmbeddingColumn{mdl::ValueIndex(std::move(categories))}};
}

inline mdl::NumericColumn& numeric(mdl::Feature& feature) { return std::get<mdl::NumericColumn>(feature.kind); }
inline const mdl::NumericColumn& numeric(const mdl::Feature& feature) {
  return std::get<mdl::NumericColumn>(feature.kind);
}

inline const std::vector<std::string>& categories(const mdl::Feature& feature) {
  return feature.categories()->values();
}
