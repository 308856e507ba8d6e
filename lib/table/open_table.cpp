#include "table/open_table.h"

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "table/csv.h"

namespace mdl {
namespace {

/// Arrow reads Parquet from its end; the hash is of the whole file.
void hash_file(const std::string& path, Sha256& hash) {
  HashedSource file(open_plain(path), hash);
  std::vector<char> block(1 << 18);
  while (file.read(block.data(), block.size()) > 0) {
  }
}

}  // namespace

TableFile open_table_file(const std::string& path) {
  TableFile file{.path = path, .name = input_name(path)};
  auto bytes = std::make_unique<PeekedSource>(open_input(path),
                                              std::initializer_list{kParquetMagic, kArrowFileMagic, kArrowStreamMagic});
  if (bytes->starts_with(kParquetMagic)) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
      fail("{}: is Parquet, which cannot be read from a pipe; give the file's name", file.name);
    file.form = TableFile::Form::kParquet;
  } else if (bytes->starts_with(kArrowFileMagic)) {
    file.form = TableFile::Form::kArrowFile;
  } else if (bytes->starts_with(kArrowStreamMagic)) {
    file.form = TableFile::Form::kArrowStream;
  } else if (bytes->empty()) {
    file.form = TableFile::Form::kEmpty;
  }
  file.bytes = std::move(bytes);
  return file;
}

std::unique_ptr<ArrowReader> read_arrow(TableFile file) {
  if (file.form == TableFile::Form::kParquet) return read_parquet(file.path);
  return read_arrow(std::move(file.bytes), file.name, file.form == TableFile::Form::kArrowFile);
}

std::unique_ptr<RecordReader> open_table(const std::string& path, Sha256* hash) {
  TableFile file = open_table_file(path);
  if (file.form == TableFile::Form::kParquet) {
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
