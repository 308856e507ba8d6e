#include "table/records.h"

#include <algorithm>

namespace mdl {

std::string RecordReader::where() const { return fmt::format("{}:{}", name_, line_); }

size_t RecordReader::find(std::string_view column) const {
  return static_cast<size_t>(std::find(header_.begin(), header_.end(), column) - header_.begin());
}

}  // namespace mdl
