// Rows as CSV or JSON, answered in kind with the bytes that mdl predict writes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "serve/prediction_request.h"
#include "table/table_format.h"

namespace mdl {

struct RowsFormat {
  std::string_view media_type;
  TableFormat table;
  bool json = false;  // one object, or a list of them
};

/// Of a media type in lower case, without its parameters; nothing for others.
std::optional<RowsFormat> rows_format_of(std::string_view media_type);
inline constexpr const char* kRowsMediaTypes =
    "text/csv, text/tab-separated-values, application/jsonl, application/x-ndjson or application/json";

/// Throws Error with what is wrong with the first row that cannot be scored.
std::unique_ptr<PredictionRequest> read_rows_request(std::shared_ptr<const ServedModel> model, std::string body,
                                                     const RowsFormat& format, const AnswerShape& shape);

}  // namespace mdl
