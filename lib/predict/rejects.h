// The rows that could not be scored.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/output.h"

namespace mdl {

/// How many rows may be rejected: "5", or "0.1%" of all.
struct RejectLimit {
  double count = 0;
  bool percent = false;

  bool covers(int64_t rejected, int64_t rows) const;
};

/// Nothing where the text is neither.
std::optional<RejectLimit> parse_reject_limit(const std::string& text);

/// Counts them, and writes each as a line of CSV: file,line,reason,row.
class Rejects {
 public:
  /// Counts alone where `path` is empty.
  explicit Rejects(const std::string& path);

  /// `problem` is the Error's text; of it the place, "x.csv:3: ", is left out in the file.
  void add(const std::string& file, size_t line, const std::string& problem, std::string_view row);

  /// The file appears.
  void commit();

  int64_t count() const { return count_; }
  const std::string& first() const { return first_; }  // its problem

 private:
  std::unique_ptr<OutputFile> output_;
  int64_t count_ = 0;
  std::string first_;
};

}  // namespace mdl
