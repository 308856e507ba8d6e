// Memory for what is read, no more than is fit for what the files hold: a few bytes of a damaged one can ask for any
// amount.
#pragma once

#include <arrow/memory_pool.h>

#include <atomic>

namespace mdl {

/// Arrow's own pool with a limit. There is one for all files (reading_pool()), since batches outlive their readers.
class LimitedPool final : public arrow::MemoryPool {
 public:
  /// So many bytes of a file that is unpacked are read, or will be; less than none once it is closed.
  void expect(int64_t bytes) { limit_ += kMostUnpacked * bytes; }

  int64_t limit() const { return limit_; }

  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    if (const auto status = check(size); !status.ok()) return status;
    return pool_->Allocate(size, alignment, out);
  }
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** at) override {
    if (const auto status = check(new_size - old_size); !status.ok()) return status;
    return pool_->Reallocate(old_size, new_size, alignment, at);
  }
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override { pool_->Free(buffer, size, alignment); }
  int64_t bytes_allocated() const override { return pool_->bytes_allocated(); }
  int64_t total_bytes_allocated() const override { return pool_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return pool_->num_allocations(); }
  std::string backend_name() const override { return pool_->backend_name(); }

 private:
  static constexpr int64_t kMostUnpacked = 64;

  arrow::Status check(int64_t more) const {
    return more > limit_ - bytes_allocated() ? arrow::Status::OutOfMemory("limit") : arrow::Status::OK();
  }

  arrow::MemoryPool* pool_ = arrow::default_memory_pool();
  std::atomic<int64_t> limit_ = int64_t{256} << 20;
};

LimitedPool& reading_pool();

/// The bytes of a file, expected as long as it is read.
class ExpectedBytes {
 public:
  ExpectedBytes() = default;
  ExpectedBytes(const ExpectedBytes&) = delete;
  ~ExpectedBytes() { reading_pool().expect(-bytes_); }

  void add(int64_t bytes) {
    reading_pool().expect(bytes);
    bytes_ += bytes;
  }

 private:
  int64_t bytes_ = 0;
};

/// As check(), where memory ran out with what to do about it.
void check_read(const arrow::Status& status, const std::string& where, const char* cure);

}  // namespace mdl
