#include "table/open_table.h"

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "table/csv.h"

namespace mdl {
namespace {

/// Of a file that is read from its end.
void hash_file(const std::string& path, Sha256& hash) {
  HashedSource file(open_plain(path), hash);
  std::vector<char> block(1 << 18);
  while (file.read(block.data(), block.size()) > 0) {
  }
}

/// Whether it is a file, no pipe, that begins so before it is unpacked.
bool is_plain_file(const std::string& path, std::string_view magic) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && PeekedSource(open_plain(path), {magic}).starts_with(magic);
}

}  // namespace

TableFile open_table_file(const std::string& path) {
  TableFile file{.path = path, .name = input_name(path)};
  auto bytes = std::make_unique<PeekedSource>(
      open_input(path), std::initializer_list<std::string_view>{kParquetMagic, kArrowFileMagic, kArrowStreamMagic});
  if (bytes->starts_with(kParquetMagic)) {
    file.form = TableFile::Form::kParquet;
    file.by_path = is_plain_file(path, kParquetMagic);
    if (!file.by_path) {
      std::error_code ignored;
      fail("{}: is Parquet, which cannot be read {}", file.name,
           std::filesystem::is_regular_file(path, ignored) ? "out of gzip or zstd; unpack it"
                                                           : "from a pipe; give the file's name");
    }
  } else if (bytes->starts_with(kArrowFileMagic)) {
    file.form = TableFile::Form::kArrowFile;
    file.by_path = is_plain_file(path, kArrowFileMagic);
  } else if (bytes->starts_with(kArrowStreamMagic)) {
    file.form = TableFile::Form::kArrowStream;
  } else if (bytes->empty()) {
    file.form = TableFile::Form::kEmpty;
  }
  file.bytes = std::move(bytes);
  return file;
}

std::unique_ptr<ArrowReader> read_arrow(TableFile file) {
  const bool parquet = file.form == TableFile::Form::kParquet;
  const ArrowModule& module = arrow_module(file.name, parquet ? "Parquet" : "Arrow");
  if (parquet) return module.read_parquet(file.path);
  if (file.form == TableFile::Form::kArrowStream) return module.read_stream(std::move(file.bytes), file.name);
  return file.by_path ? module.read_file(file.path) : module.read_file_bytes(std::move(file.bytes), file.name);
}

std::unique_ptr<RecordReader> open_table(const std::string& path, Sha256* hash) {
  TableFile file = open_table_file(path);
  if (file.by_path) {
    if (hash != nullptr) hash_file(path, *hash);
  } else if (hash != nullptr) {
    file.bytes = std::make_unique<HashedSource>(std::move(file.bytes), *hash);
  }
  if (file.form > TableFile::Form::kText) return read_arrow(std::move(file));
  auto csv = std::make_unique<CsvReader>(std::move(file.bytes), file.name);
  expect_commas(*csv);
  return csv;
}

}  // namespace mdl
