// The readers of Arrow's streams and files and of Parquet on any bytes: only mdl::Error comes out, and a text cell is
// the same typed and not. The first byte of an input chooses the reader and the size of a stream's reads.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "arrow/batch_reader.h"
#include "base/error.h"
#include "memory_source.h"

namespace {

// Memory by malloc(), which the sanitizer watches.
[[maybe_unused]] const int kPool = setenv("ARROW_DEFAULT_MEMORY_POOL", "system", /*overwrite=*/1);

void read_all(mdl::ArrowReader& reader) {
  while (reader.would_wait(), reader.next()) {
    for (size_t column = 0; column < reader.header().size(); ++column) {
      const mdl::Cell cell = reader.cell(column);
      if (cell.type == mdl::Cell::Type::kText && cell.text != reader.field(column)) std::abort();
    }
    reader.raw();
  }
}

std::unique_ptr<mdl::ArrowReader> open(int reader, size_t chunk, const std::string& bytes) {
  if (reader == 0) return mdl::read_stream(std::make_unique<mdl::MemorySource>(bytes, chunk), "x.arrows");
  return reader == 1 ? mdl::read_file("x.arrow", bytes) : mdl::read_parquet("x.parquet", bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  try {
    read_all(*open(data[0] % 3, size_t{1} << data[0] / 3 % 16, std::string(data + 1, data + size)));
  } catch (const mdl::Error&) {
  }
  return 0;
}
