#include "table/open_table.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/files.h"
#include "io/input.h"
#include "table/json_lines.h"
#include "table/magic.h"

namespace mdl {
namespace {

constexpr size_t kMostHeld = size_t{1} << 30;

void read_to_end(ByteSource& bytes) {
  std::vector<char> block(1 << 18);
  while (bytes.read(block.data(), block.size()) > 0) {
  }
}

bool is_utf8_name(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name == "UTF-8" || name == "UTF8" || name == "UTF-8-SIG" || name == "ASCII";
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
      std::initializer_list<std::string_view>{kParquetMagic, kArrowFileMagic, kArrowStreamMagic, kByteOrderMark,
                                              kUtf16LittleMark, kUtf16BigMark, kJsonStart, kZipMagic});
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
  } else if (bytes->starts_with(kByteOrderMark)) {
    file.encoding = "UTF-8";
  } else if (bytes->starts_with(kUtf16LittleMark)) {
    file.encoding = "UTF-16LE";
  } else if (bytes->starts_with(kUtf16BigMark)) {
    file.encoding = "UTF-16BE";
  }
  if (bytes->starts_with(kZipMagic))
    fail("{}: is an Excel workbook, or another ZIP archive; save the sheet as CSV", file.name);
  file.json = bytes->starts_with(kJsonStart);
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

Form form_of_text(const TableFile& file, const TextInput& options) {
  if (const auto type = options.told.type) return *type == TextForm::kJsonLines ? Form::kJsonLines : Form::kCsv;
  const auto named = table_format_of(file.path);
  return file.json || (named && named->form == Form::kJsonLines) ? Form::kJsonLines : Form::kCsv;
}

std::unique_ptr<ByteSource> decode(TableFile file, const TextInput& options) {
  const auto& [told, expected] = options;
  // UTF-8's mark is no text of another encoding.
  std::string encoding = file.encoding == "UTF-8" ? file.encoding : told.encoding.value_or(file.encoding);
  const bool guess = encoding.empty();
  if (guess) encoding = expected.encoding.value_or("UTF-8");
  if (is_utf8_name(encoding)) return std::move(file.bytes);
  return std::make_unique<DecodedSource>(std::move(file.bytes), file.name, encoding, guess);
}

std::unique_ptr<CsvReader> read_csv(TableFile file, const TextInput& options) {
  const auto& [told, expected] = options;
  CsvFormat format{.delimiter = told.delimiter,
                   .likely = expected.delimiter,
                   .quote = told.quote.value_or(expected.quote.value_or('"')),
                   .comment = told.comment ? told.comment : expected.comment};
  const auto named = table_format_of(file.path);
  if (!format.likely && named && named->form == Form::kCsv && named->delimiter != ',') format.likely = named->delimiter;
  if (!format.delimiter && told.type && *told.type == TextForm::kTsv) format.delimiter = '\t';
  const std::string name = file.name;
  return std::make_unique<CsvReader>(decode(std::move(file), options), name, format);
}

Table open_table(const std::string& path, const TextInput& options, TableHashes hashes) {
  TableFile file = open_table_file(path, hashes.stored);
  if (hashes.unpacked != nullptr) file.bytes = std::make_unique<HashedSource>(std::move(file.bytes), *hashes.unpacked);
  if (file.by_path && (hashes.unpacked != nullptr || hashes.stored != nullptr)) read_to_end(*file.bytes);
  if (file.form > TableFile::Form::kText) return {read_arrow(std::move(file)), {}, ""};
  Table table{nullptr, options.told, file.encoding.starts_with("UTF-16") ? file.encoding + " text" : ""};
  const std::string name = file.name;
  if (form_of_text(file, options) == Form::kJsonLines) {
    table.format.type = TextForm::kJsonLines;
    table.records = std::make_unique<JsonLinesReader>(decode(std::move(file), options), name);
    return table;
  }
  auto csv = read_csv(std::move(file), options);
  table.format.delimiter = csv->delimiter();
  if (const std::string findings = csv->findings(); !findings.empty())
    table.findings += (table.findings.empty() ? "" : ", ") + findings;
  table.records = std::move(csv);
  return table;
}

}  // namespace mdl
