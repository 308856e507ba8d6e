// The CSV reader on any bytes: only mdl::Error comes out, the size of the reads and of blocks never matters, the records' own bytes
// make up the input, and cells survive being written and read again. The first byte of an input is the size of the
// reads and how the table is written.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "memory_source.h"
#include "table/csv.h"

namespace {

struct Outcome {
  std::string error;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> raws;  // the header's first
  std::vector<size_t> lines;
  char delimiter = ',';
  std::string findings;
  bool operator==(const Outcome&) const = default;
};

constexpr size_t kReads = 64;  // so many sizes of reads, of each of the formats
const mdl::CsvFormat kFormats[] = {{.delimiter = ',', .comment = '\0'},
                                   {},
                                   {.quote = '\'', .comment = '#'},
                                   {.delimiter = ';', .quote = '\0', .comment = '\0'}};

void take(mdl::RecordReader& records, Outcome& outcome) {
  auto& row = outcome.rows.emplace_back();
  for (size_t i = 0; i < records.header().size(); ++i) row.emplace_back(records.field(i));
  outcome.raws.emplace_back(records.raw());
  outcome.lines.push_back(records.line());
}

/// In blocks of about so many bytes; 0: whole.
Outcome read(std::string_view input, size_t chunk, const mdl::CsvFormat& format, size_t block_size = 0) {
  Outcome outcome;
  try {
    mdl::CsvReader csv(std::make_unique<mdl::MemorySource>(std::string(input), chunk), "x.csv", format);
    outcome.delimiter = csv.delimiter();
    outcome.findings = csv.findings();
    outcome.header = csv.header();
    outcome.raws.push_back(csv.raw_header());
    if (block_size > 0) {
      const auto blocks = csv.blocks(block_size);
      const auto records = csv.block_reader();
      for (mdl::RecordBlock block; blocks->next(block);) {
        records->read(block);
        while (records->next()) take(*records, outcome);
      }
      return outcome;
    }
    while (csv.would_wait(), csv.next()) {
      csv.would_wait();  // looking ahead leaves the record alone
      take(csv, outcome);
    }
  } catch (const mdl::Error& error) {
    outcome.error = error.what();
  }
  return outcome;
}

void require(bool holds) {
  if (!holds) std::abort();
}

size_t line_end(std::string_view text) { return text.starts_with("\n") ? 1 : text.starts_with("\r\n") ? 2 : 0; }

void require_raws_to_cover(std::string_view input, const Outcome& outcome) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  bool first = true;
  for (std::string_view raw : outcome.raws) {
    if (first && raw.starts_with(kByteOrderMark) && input.starts_with(kByteOrderMark)) {  // empty lines may follow it
      input.remove_prefix(kByteOrderMark.size());
      raw.remove_prefix(kByteOrderMark.size());
    }
    if (outcome.header.size() > 1 || first) {
      while (const size_t blank = line_end(input)) input.remove_prefix(blank);
    }
    first = false;
    require(input.starts_with(raw));
    input.remove_prefix(raw.size());
    require(input.empty() || line_end(input) > 0);
    input.remove_prefix(line_end(input));
  }
  while (const size_t blank = line_end(input)) input.remove_prefix(blank);
  require(input.empty());
}

std::string written(const Outcome& outcome, char quote) {
  std::string out;
  const auto append = [&](const std::vector<std::string>& record) {
    for (size_t i = 0; i < record.size(); ++i) {
      if (i > 0) out += outcome.delimiter;
      mdl::append_csv_field(out, record[i], outcome.delimiter, quote);
    }
    out += '\n';
  };
  append(outcome.header);
  for (const auto& row : outcome.rows) append(row);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const mdl::CsvFormat& format = kFormats[data[0] / kReads];
  const Outcome outcome = read(input, input.size() + 1, format);
  require(read(input, data[0] % kReads + 1, format) == outcome);
  for (const size_t block_size : {size_t{1}, data[0] % kReads + size_t{1}, input.size() + 1})
    require(read(input, data[0] % kReads + 1, format, block_size) == outcome);
  if (!outcome.error.empty()) return 0;
  const bool passes_over = outcome.findings.find("line") != std::string::npos;
  if (format.comment != '#' && !passes_over) require_raws_to_cover(input, outcome);
  if (format.quote == '\0') return 0;  // a cell that needs quotes cannot be written
  const std::string& name = outcome.header[0];
  if (name.starts_with("sep=") || name.starts_with("SEP=")) return 0;  // it would be read as a delimiter line
  const Outcome again = read(written(outcome, format.quote), input.size() + 1,
                             {.delimiter = outcome.delimiter, .quote = format.quote, .comment = '\0'});
  require(again.header == outcome.header && again.rows == outcome.rows);
  return 0;
}
