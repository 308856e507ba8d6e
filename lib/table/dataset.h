// A whole table in memory, column by column, with types inferred from all rows in one pass: what training begins with.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "table/column_builder.h"
#include "table/null_values.h"
#include "table/records.h"

namespace mdl {

/// A file that was read as a table.
struct InputFile {
  std::string path;    // "-": standard input
  std::string sha256;  // of the file as it is stored, compressed or not
  int64_t rows = 0;
};

struct Dataset {
  std::string name;  // for messages: the file's, or "a.csv and 2 more"
  std::vector<Column> columns;
  size_t rows = 0;
  size_t all_rows = 0;             // of the table, where these are a sample of them; else 0
  std::vector<size_t> files;       // the first row of each file
  std::vector<InputFile> inputs;   // the same files; empty where rows came from elsewhere
  TextFormat format;               // of the first file
  std::vector<std::string> notes;  // how files were read, where a person might not expect it

  /// Null when there is no such column.
  const Column* find(const std::string& name) const;

  /// Throws Error when there is no such column, which the config's `key` has named.
  const Column& column(const std::string& name, const char* key) const;

  /// Lets go of the memory of a block's rows, which are read no more.
  void release(size_t block);
};

struct DatasetOptions {
  std::vector<std::string> missing;         // spellings of "missing", compared after trimming
  std::map<std::string, ColumnType> types;  // columns whose kind is not inferred,
  std::string types_by = "data.types";      // and who says so, for messages
  std::set<std::string> ignore;             // columns not kept
  std::set<std::string> keep_texts;         // columns kept as texts where they hold at most kDistinct different ones
  std::set<std::string> as_texts;           // columns kept as texts whatever they hold, and whatever `types` says
  TextFormat format;                        // what is told of the files and their numbers
  bool words_are_missing = false;           // a few words in a column of numbers are no Error, but missing ones
  std::string weight;                       // the column of sample weights; empty: none
};

/// Makes a table of the records of one reader after another. A column is numeric when every cell that is not missing is
/// a number, or every one a date (date.h), or all are spelled in a form that leaves no doubt (number_form.h), else
/// categorical; one whose first value is a number that has its type already is numeric.
class DatasetBuilder {
 public:
  explicit DatasetBuilder(DatasetOptions options);

  /// Appends all records, whose columns are those of the first reader in any order, and counts them. Throws Error: a
  /// record that cannot be read, a cell that is no weight, headers that differ, names in `types` or `ignore` that are no
  /// columns.
  int64_t add(RecordReader& records);

  /// add() in pieces, for who hands the cells to the builders by himself: open() gives the columns that are kept, each
  /// with its place in these records; note_weight(), asked for the weight of each row, throws Error where the cell can
  /// be none (one that may be spelled as numbers here are is judged at the end).
  using Places = std::vector<std::pair<size_t, ColumnBuilder*>>;
  Places open(const RecordReader& records);
  void note_weight(const Cell& cell, const RecordReader& row);
  void add_rows(size_t rows) { dataset_.rows += rows; }
  const NullValues& missing() const { return missing_; }

  /// Throws Error when there are no rows, and with what is wrong with all columns together (column_builder.h).
  Dataset finish();

 private:
  void begin(const RecordReader& records);

  const DatasetOptions options_;
  const NullValues missing_;
  std::string first_;                // the first reader's name
  std::vector<std::string> header_;  // and its columns
  std::vector<ColumnBuilder> columns_;
  Dataset dataset_;
  std::string odd_weight_;  // what is wrong with the first weight that is no plain number
};

/// Throws Error where the first of the files has no such column, which the config's `key` has named; of regular files
/// only, whose bytes are still there for whoever reads the table.
void expect_column(const std::vector<std::string>& paths, const TextFormat& format, const std::string& name,
                   const char* key);

/// "a.csv", "standard input", "a.csv and 2 more".
std::string name_of_paths(const std::vector<std::string>& paths);

/// Reads one or several files (or globs, or "-").
Dataset read_dataset(const std::vector<std::string>& paths, const DatasetOptions& options);

}  // namespace mdl
