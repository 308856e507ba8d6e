#include "predict/rejects.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "table/csv.h"

namespace mdl {

bool RejectLimit::covers(int64_t rejected, int64_t rows) const {
  return static_cast<double>(rejected) <= (percent ? count * static_cast<double>(rows) / 100 : count);
}

std::optional<RejectLimit> parse_reject_limit(const std::string& text) {
  const bool percent = text.ends_with('%');
  const auto number = parse_number(std::string_view(text).substr(0, text.size() - (percent ? 1 : 0)));
  if (!number || *number < 0 || (percent ? *number > 100 : *number != std::floor(*number))) return std::nullopt;
  return RejectLimit{*number, percent};
}

Rejects::Rejects(const std::string& path) {
  if (path.empty()) return;
  output_ = std::make_unique<OutputFile>(path);
  output_->write("file,line,reason,row\n");
}

void Rejects::add(const std::string& file, size_t line, const std::string& problem, std::string_view row) {
  if (count_++ == 0) first_ = problem;
  if (!output_) return;
  const std::string place = fmt::format("{}:{}:", file, line);
  std::string reason = problem;
  if (reason.starts_with(place)) {
    const bool has_column = reason[place.size()] != ' ';  // "x.jsonl:3:17: expected ..."
    reason = (has_column ? "character " : "") + std::string(trim(std::string_view(reason).substr(place.size())));
  }
  std::string out;
  append_csv_field(out, file);
  out += fmt::format(",{},", line);
  append_csv_field(out, reason);
  out += ',';
  append_csv_field(out, row);
  out += '\n';
  output_->write(out);
}

void Rejects::commit() {
  if (output_) output_->commit();
}

}  // namespace mdl
