// A table by what its first bytes say it is.
#pragma once

#include <memory>
#include <string>

#include "base/byte_source.h"
#include "config/config.h"
#include "crypto/sha256.h"
#include "table/arrow.h"
#include "table/csv.h"
#include "table/records.h"
#include "table/table_format.h"

namespace mdl {

/// What a file holds, unpacked (io/input.h).
struct TableFile {
  enum class Form { kEmpty, kText, kArrowStream, kArrowFile, kParquet };

  std::string path, name;             // `name` is for messages
  std::unique_ptr<ByteSource> bytes;  // from the first one on
  Form form = Form::kText;
  bool json = false;     // the text begins as an object of JSON does
  std::string encoding;  // as the text's byte order mark says; empty: it has none
  bool by_path = false;  // Arrow reads it by its path, from any place in it
};

/// How text is read: as it is told, else as it shows by itself, else as is expected, which a model has from its training
/// (Model::format).
struct TextInput {
  TextFormat told = {}, expected = {};
};

/// Throws Error when the file cannot be read. The bytes of the file as it is stored are added to `stored` while `bytes`
/// are read.
TableFile open_table_file(const std::string& path, Sha256* stored = nullptr);

/// Of one that is no text. What is read from any place in it, Parquet and Arrow's files, is held in memory where it is not
/// read by its path; throws Error when it is larger than 1 GiB then.
std::unique_ptr<ArrowReader> read_arrow(TableFile file);

/// Of a table that is read once: of its bytes without compression, and of the file as it is stored. Each may be null;
/// they are complete when the rows have ended.
struct TableHashes {
  Sha256* unpacked = nullptr;
  Sha256* stored = nullptr;
};

/// Whether text is CSV or JSON Lines.
Form form_of_text(const TableFile& file, const TextInput& options);

/// The text as UTF-8.
std::unique_ptr<ByteSource> decode(TableFile file, const TextInput& options);

/// Of CSV.
std::unique_ptr<CsvReader> read_csv(TableFile file, const TextInput& options);

struct Table {
  std::unique_ptr<RecordReader> records;
  TextFormat format;     // as the file is written: what is told of it, and what was found
  std::string findings;  // what was found that a person might not expect: "';' between fields"
};

/// Throws Error as the readers do. Of JSON Lines the columns are the first line's, which all others have.
Table open_table(const std::string& path, const TextInput& options, TableHashes hashes = {});

}  // namespace mdl
