#include "table/open_table.h"

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "base/files.h"
#include "io/input.h"
#include "table/csv.h"
#include "table/magic.h"

namespace mdl {
namespace {

constexpr size_t kMostHeld = size_t{1} << 30;

void read_to_end(ByteSource& bytes) {
  std::vector<char> block(1 << 18);
  while (bytes.read(block.data(), block.size()) > 0) {
  }
}

/// Whether it is a file, no pipe, that begins so before it is unpacked.
bool is_stored_file(const std::string& path, std::string_view magic) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && PeekedSource(open_stored(path), {magic}).starts_with(magic);
}

}  // namespace

TableFile open_table_file(const std::string& path, Sha256* stored) {
  TableFile file{.path = path, .name = input_name(path)};
  auto bytes = std::make_unique<PeekedSource>(
      open_input(path, stored),
      std::initializer_list<std::string_view>{kParquetMagic, kArrowFileMagic, kArrowStreamMagic});
  if (bytes->starts_with(kParquetMagic)) {
    file.form = TableFile::Form::kParquet;
    file.by_path = is_stored_file(path, kParquetMagic);
  } else if (bytes->starts_with(kArrowFileMagic)) {
    file.form = TableFile::Form::kArrowFile;
    file.by_path = is_stored_file(path, kArrowFileMagic);
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
  if (file.form == TableFile::Form::kArrowStream) return module.read_stream(std::move(file.bytes), file.name);
  std::optional<std::string> held;
  if (!file.by_path) held = read_all(*file.bytes, file.name, kMostHeld);
  return (parquet ? module.read_parquet : module.read_file)(file.by_path ? file.path : file.name, std::move(held));
}

std::unique_ptr<RecordReader> open_table(const std::string& path, TableHashes hashes) {
  TableFile file = open_table_file(path, hashes.stored);
  if (hashes.unpacked != nullptr) file.bytes = std::make_unique<HashedSource>(std::move(file.bytes), *hashes.unpacked);
  if (file.by_path && (hashes.unpacked != nullptr || hashes.stored != nullptr)) read_to_end(*file.bytes);
  if (file.form > TableFile::Form::kText) return read_arrow(std::move(file));
  auto csv = std::make_unique<CsvReader>(std::move(file.bytes), file.name);
  expect_commas(*csv);
  return csv;
}

}  // namespace mdl
