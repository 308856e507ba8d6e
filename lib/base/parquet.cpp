#include "base/parquet.h"

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

const ParquetModule& module_for(const std::string& what) {
  try {
    using Function = const ParquetModule* (*)();
    static const auto function = reinterpret_cast<Function>(function_of_module("mdl-parquet", "mdl_parquet"));
    return *function();
  } catch (const Error& error) {
    fail("{}: for Parquet mdl must be built where Arrow is (./scripts/setup fetches it): {}", what, error.what());
  }
}

}  // namespace

bool is_parquet(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "PAR1";
}

std::unique_ptr<ByteSource> open_parquet(const std::string& path) { return module_for(path).open(path); }

std::unique_ptr<Compressor> parquet_compressor(const ParquetTypes& types) {
  return module_for("--output").compressor(types);
}

}  // namespace mdl
