// The reader of JSON Lines on any bytes: only mdl::BadRecord comes out, a line is read exactly where nlohmann-json
// reads an object there, with the same value, and the size of the reads and of blocks never matters. The first byte of an input is
// the size of the reads.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "memory_source.h"
#include "table/json_lines.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Row {
  std::string raw, value, problem;
  bool null = false;
  bool operator==(const Row&) const = default;
};

/// The rows to the end.
void take(mdl::RecordReader& json, std::vector<Row>& rows) {
  for (;;) {
    Row row;
    try {
      if (!json.next()) return;
      json.would_wait();
      row.value = json.field(0);
      row.null = json.field(0).data() == nullptr;
    } catch (const mdl::BadRecord& problem) {
      row.problem = problem.what();
    }
    row.raw = json.raw();
    rows.push_back(row);
  }
}

std::vector<Row> read(std::string_view input, size_t chunk, bool in_blocks) {
  std::vector<Row> rows;
  mdl::JsonLinesReader json(std::make_unique<mdl::MemorySource>(std::string(input), chunk), "x.jsonl", {"a"});
  if (!in_blocks) {
    take(json, rows);
    return rows;
  }
  const auto blocks = json.blocks();
  const auto records = json.block_reader();
  for (mdl::RecordBlock block; blocks->next(block);) {
    records->read(block);
    take(*records, rows);
  }
  return rows;
}

void compare(const Row& row) {
  size_t keys = 0;
  const auto count = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    if (depth == 1 && event == nlohmann::json::parse_event_t::key && parsed == "a") ++keys;
    return true;
  };
  const nlohmann::json theirs = nlohmann::json::parse(row.raw, count, /*allow_exceptions=*/false);
  const bool wanted = theirs.is_object() && keys == 1 && !theirs["a"].is_structured();
  if (row.problem.empty()) {
    // Numbers too large for a double are numbers in JSON's grammar, which nlohmann-json refuses.
    if (theirs.is_discarded()) return require(row.raw.find_first_of("eE") != std::string::npos || row.raw.size() > 300);
    require(wanted);
    const nlohmann::json& value = theirs["a"];
    require(row.null == value.is_null());
    if (value.is_string()) require(row.value == value.get<std::string>());
    if (value.is_number()) require(mdl::is_json_number(row.value));
    if (value.is_boolean()) require(row.value == value.dump());
  } else if (wanted) {
    const bool stricter = row.problem.find("NUL character") != std::string::npos ||
                          row.problem.find("too deep") != std::string::npos;
    if (row.raw.find('\0') != std::string::npos) return;       // nlohmann-json stops reading there
    require(stricter || row.raw.starts_with("\xEF\xBB\xBF"));  // in the middle of a file
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<Row> rows = read(input, input.size() + 1, /*in_blocks=*/false);
  for (const bool in_blocks : {false, true}) require(read(input, data[0] + size_t{1}, in_blocks) == rows);
  for (const Row& row : rows) compare(row);
  try {  // the columns of the first object
    mdl::JsonLinesReader json(std::make_unique<mdl::MemorySource>(std::string(input), input.size() + 1), "x.jsonl");
    for (bool more = true; more;) {
      try {
        more = json.next();
      } catch (const mdl::BadRecord&) {
      }
    }
  } catch (const mdl::Error&) {
  }
  return 0;
}
