// Tables in a folder of their own, for tests that read them.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "table/dataset.h"

namespace mdl {

class TableFiles {
 public:
  TableFiles() {
    folder_ = (std::filesystem::temp_directory_path() / "mdl-XXXXXX").string();
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~TableFiles() { std::filesystem::remove_all(folder_); }
  TableFiles(const TableFiles&) = delete;
  TableFiles& operator=(const TableFiles&) = delete;

  std::string operator/(const std::string& name) const { return folder_ + "/" + name; }

  std::string add(const std::string& name, const std::string& text) const {
    std::ofstream(*this / name, std::ios::binary) << text;
    return *this / name;
  }

  /// What `action` is refused with, paths without the folder.
  template <class Action>
  std::string error(Action action) const {
    try {
      action();
      return "none";
    } catch (const Error& error) {
      std::string text = error.what();
      for (size_t at; (at = text.find(folder_ + "/")) != std::string::npos;) text.erase(at, folder_.size() + 1);
      return text;
    }
  }

 private:
  std::string folder_;
};

inline const std::vector<std::string> kMissing = {"", "NA", "NaN", "nan", "null"};

/// The table that `text` holds.
inline Dataset table_of(const std::string& text, DatasetOptions options = {}) {
  if (options.missing.empty()) options.missing = kMissing;
  const TableFiles files;
  return read_dataset({files.add("x.csv", text)}, options);
}

/// Why `text` is refused as x.csv.
inline std::string table_error(const std::string& text, DatasetOptions options = {}) {
  if (options.missing.empty()) options.missing = kMissing;
  const TableFiles files;
  const std::string path = files.add("x.csv", text);
  return files.error([&] { read_dataset({path}, options); });
}

}  // namespace mdl
