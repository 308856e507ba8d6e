#include "base/parquet.h"
#include "parquet/read.h"
#include "parquet/write.h"

extern "C" const mdl::ParquetModule* mdl_parquet() {
  static const mdl::ParquetModule module = {.open = mdl::read_parquet, .compressor = mdl::write_parquet};
  return &module;
}
