#include "arrow/pool.h"

#include "arrow/check.h"

namespace mdl {

LimitedPool& reading_pool() {
  static auto& pool = *new LimitedPool();  // what is freed late needs it
  return pool;
}

void check_read(const arrow::Status& status, const std::string& where, const char* cure) {
  if (status.IsOutOfMemory())
    fail("{}: needs more than {} MiB to be unpacked, far more than it holds; {}", where, reading_pool().limit() >> 20,
         cure);
  check(status, where);
}

}  // namespace mdl
