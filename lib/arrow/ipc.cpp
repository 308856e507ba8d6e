// Arrow's IPC: streams, read front to back, and files, whose batches an index at their end tells.
#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "arrow/batch_reader.h"
#include "arrow/check.h"
#include "arrow/pool.h"
#include "base/error.h"

namespace mdl {
namespace {

constexpr int64_t kAtOnce = 16 << 20;

/// Our bytes for Arrow. What reading throws waits here, and is thrown once Arrow has returned.
class Input final : public arrow::io::InputStream {
 public:
  explicit Input(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  arrow::Result<int64_t> Read(int64_t size, void* out) override {
    int64_t count = 0;
    try {
      while (count < size) {
        const size_t got = bytes_->read(static_cast<char*>(out) + count, static_cast<size_t>(size - count));
        if (got == 0) break;
        count += static_cast<int64_t>(got);
      }
    } catch (...) {
      problem_ = std::current_exception();
      return arrow::Status::IOError("cannot be read");
    }
    told_ += count;
    expected_.add(count);
    return count;
  }

  /// Grows with what is there, whatever is asked for.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override {
    if (size < 0) return arrow::Status::Invalid("a message of a negative size");
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(std::min(size, kAtOnce), &reading_pool()));
    for (int64_t filled = 0;;) {
      ARROW_ASSIGN_OR_RAISE(const int64_t got, Read(buffer->size() - filled, buffer->mutable_data() + filled));
      filled += got;
      if (filled == size) return std::shared_ptr<arrow::Buffer>(std::move(buffer));
      const bool ended = filled < buffer->size();
      ARROW_RETURN_NOT_OK(buffer->Resize(ended ? filled : std::min(size, 2 * filled), /*shrink_to_fit=*/false));
      if (ended) return std::shared_ptr<arrow::Buffer>(std::move(buffer));
    }
  }

  arrow::Result<int64_t> Tell() const override { return told_; }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

  bool would_wait() { return bytes_->would_wait(); }

  /// Takes what is behind the end and need not be waited for, unless the end decides about all bytes.
  void drain() {
    char block[4096];
    while ((bytes_->ends_checked() || !would_wait()) && bytes_->read(block, sizeof block) > 0) {
    }
  }

  void rethrow() {
    if (problem_) std::rethrow_exception(std::exchange(problem_, nullptr));
  }

 private:
  std::unique_ptr<ByteSource> bytes_;
  std::exception_ptr problem_;
  ExpectedBytes expected_;
  int64_t told_ = 0;
  bool closed_ = false;
};

/// Batches of Arrow's readers of IPC, which believe much of what they read.
class IpcBatches : public BatchSource {
 public:
  explicit IpcBatches(const std::string& name) : name_(name) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

 protected:
  static arrow::ipc::IpcReadOptions options() {
    arrow::ipc::IpcReadOptions options;
    options.use_threads = false;
    options.memory_pool = &reading_pool();
    return options;
  }

  void taken(const arrow::Status& status) const { check_read(status, name_, "write it anew in smaller batches"); }
  template <class T>
  T taken(arrow::Result<T> result) const {
    taken(result.status());
    return std::move(result).ValueUnsafe();
  }
  std::shared_ptr<arrow::RecordBatch> validated(std::shared_ptr<arrow::RecordBatch> batch) const {
    taken(batch->ValidateFull());
    return batch;
  }

  std::string name_;
  std::shared_ptr<arrow::Schema> schema_;
};

class StreamBatches final : public IpcBatches {
 public:
  StreamBatches(std::unique_ptr<ByteSource> bytes, const std::string& name)
      : IpcBatches(name), input_(std::make_shared<Input>(std::move(bytes))) {
    auto reader = arrow::ipc::RecordBatchStreamReader::Open(input_, options());
    input_->rethrow();
    reader_ = taken(std::move(reader));
    schema_ = reader_->schema();
  }

  std::shared_ptr<arrow::RecordBatch> next() override {
    auto batch = unchecked();
    if (batch != nullptr) return validated(std::move(batch));
    input_->drain();
    return nullptr;
  }

  /// The next batch, whatever its cells hold.
  std::shared_ptr<arrow::RecordBatch> unchecked() {
    std::shared_ptr<arrow::RecordBatch> batch;
    const arrow::Status status = reader_->ReadNext(&batch);
    input_->rethrow();
    taken(status);
    return batch;
  }

  bool would_wait() override { return input_->would_wait(); }

 private:
  std::shared_ptr<Input> input_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;
};

class FileBatches final : public IpcBatches {
 public:
  FileBatches(std::shared_ptr<arrow::io::RandomAccessFile> file, const std::string& name) : IpcBatches(name) {
    expected_.add(taken(file->GetSize()));
    reader_ = taken(arrow::ipc::RecordBatchFileReader::Open(std::move(file), options()));
    schema_ = reader_->schema();
  }

  std::shared_ptr<arrow::RecordBatch> next() override {
    if (next_ == reader_->num_record_batches()) return nullptr;
    return validated(taken(reader_->ReadRecordBatch(next_++)));
  }

  bool would_wait() override { return false; }

 private:
  ExpectedBytes expected_;
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<ArrowReader> read_stream(std::unique_ptr<ByteSource> bytes, const std::string& name) {
  return read_batches(std::make_unique<StreamBatches>(std::move(bytes), name), name);
}

void skip_stream(std::unique_ptr<ByteSource> bytes, const std::string& name) {
  StreamBatches batches(std::move(bytes), name);
  while (batches.unchecked() != nullptr) {
  }
}

std::shared_ptr<arrow::io::RandomAccessFile> open_anywhere(const std::string& path, std::optional<std::string> held) {
  if (held) return std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(*std::move(held)));
  return checked(arrow::io::ReadableFile::Open(path, &reading_pool()), path);
}

std::unique_ptr<ArrowReader> read_file(const std::string& path, std::optional<std::string> held) {
  return read_batches(std::make_unique<FileBatches>(open_anywhere(path, std::move(held)), path), path);
}

}  // namespace mdl
