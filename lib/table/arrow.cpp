#include "table/arrow.h"

#include "base/error.h"
#include "base/module.h"

namespace mdl {
namespace {

const ArrowModule& module_for(const std::string& what, const char* form) {
  try {
    using Function = const ArrowModule* (*)();
    static const auto function = reinterpret_cast<Function>(function_of_module("mdl-arrow", "mdl_arrow"));
    return *function();
  } catch (const Error& error) {
    fail("{}: for {} mdl must be built where Arrow is (./scripts/setup fetches it): {}", what, form, error.what());
  }
}

}  // namespace

std::unique_ptr<ArrowReader> read_arrow(std::unique_ptr<ByteSource> bytes, const std::string& name, bool file) {
  return module_for(name, "Arrow").read_stream(std::move(bytes), name, file);
}

std::unique_ptr<ArrowReader> read_parquet(const std::string& path) {
  return module_for(path, "Parquet").read_parquet(path);
}

std::unique_ptr<ArrowWriter> write_arrow(const ArrowSchema& schema) {
  const bool parquet = schema.form == ArrowForm::kParquet;
  return module_for("--output", parquet ? "Parquet" : "Arrow").write(schema);
}

}  // namespace mdl
