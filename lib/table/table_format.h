// The forms of tables.
#pragma once

#include <optional>
#include <string>

namespace mdl {

/// The last three are columns of types (table/arrow.h).
enum class Form { kCsv, kJsonLines, kArrowStream, kArrowFile, kParquet };

struct TableFormat {
  Form form = Form::kCsv;
  char delimiter = ',';  // kCsv
  char quote = '"';      // likewise; '\0': none

  bool text() const { return form == Form::kCsv || form == Form::kJsonLines; }
  bool operator==(const TableFormat&) const = default;
};

/// "csv", "tsv", "jsonl", or "arrow", which is a stream; nothing for another name.
std::optional<TableFormat> parse_table_format(const std::string& name);

/// By the end of a file's name, .gz and .zst aside: .csv, .tsv, .tab, .jsonl, .ndjson, .arrows for an Arrow stream,
/// .arrow and .feather for an Arrow file, .parquet; nothing for others.
std::optional<TableFormat> table_format_of(const std::string& path);

}  // namespace mdl
