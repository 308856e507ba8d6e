#include "table/feature.h"

namespace mdl {
namespace {

const NumericColumn* number_of(const ReadsNumbers auto& kind) { return &kind.scaled(); }
const NumericColumn* number_of(const ReadsTexts auto&) { return nullptr; }
const NumericColumn* number_of(const ReadsBags auto&) { return nullptr; }

const ValueIndex* categories_of(const ReadsNumbers auto&) { return nullptr; }
const ValueIndex* categories_of(const ReadsBags auto&) { return nullptr; }
const ValueIndex* categories_of(const ReadsTexts auto& kind) { return &kind.categories; }

}  // namespace

const char* Feature::kind_name() const {
  return std::visit([](const auto& of) { return of.kind_name(); }, kind);
}

ColumnInputs Feature::inputs() const {
  return std::visit([](const auto& of) { return of.inputs(); }, kind);
}

void Feature::encode(double number, Scaling scaling, EncodedCell to) const {
  std::visit(
      [&]<class Kind>(const Kind& of) {
        if constexpr (ReadsNumbers<Kind>) of.encode(number, scaling, to);
      },
      kind);
}

const NumericColumn* Feature::number() const {
  return std::visit([](const auto& of) { return number_of(of); }, kind);
}

const ValueIndex* Feature::categories() const {
  return std::visit([](const auto& of) { return categories_of(of); }, kind);
}

}  // namespace mdl
