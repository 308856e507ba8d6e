#include "table/table_format.h"

#include "io/names.h"

namespace mdl {

std::optional<TableFormat> parse_table_format(const std::string& name) {
  if (name == "csv") return TableFormat{};
  if (name == "tsv") return TableFormat{.delimiter = '\t'};
  if (name == "jsonl") return TableFormat{.form = Form::kJsonLines};
  if (name == "arrow") return TableFormat{.form = Form::kArrowStream};
  return std::nullopt;
}

std::optional<TableFormat> table_format_of(const std::string& path) {
  const std::string name = unpacked_name(path);
  if (name.ends_with(".csv")) return TableFormat{};
  if (name.ends_with(".tsv") || name.ends_with(".tab")) return TableFormat{.delimiter = '\t'};
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return TableFormat{.form = Form::kJsonLines};
  if (name.ends_with(".arrows")) return TableFormat{.form = Form::kArrowStream};
  if (name.ends_with(".arrow") || name.ends_with(".feather")) return TableFormat{.form = Form::kArrowFile};
  if (name.ends_with(".parquet")) return TableFormat{.form = Form::kParquet};
  return std::nullopt;
}

}  // namespace mdl
