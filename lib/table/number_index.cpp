#include "table/number_index.h"

#include <string>
#include <string_view>

namespace mdl {
namespace {

std::string bytes_of(double number) {
  number += 0.0;  // -0 and 0 are one number
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

}  // namespace

NumberIndex NumberIndex::hashed() const {
  std::vector<std::string> values;
  for (const double number : numbers_) values.push_back(bytes_of(number));
  return NumberIndex(HashedValues::of(values));
}

int32_t NumberIndex::find_hashed(double number) const {
  return std::isnan(number) ? -1 : hashes_->find(bytes_of(number));
}

}  // namespace mdl
