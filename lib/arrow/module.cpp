#include "arrow/batch_reader.h"
#include "arrow/batch_writer.h"
#include "table/arrow.h"

extern "C" const mdl::ArrowModule* mdl_arrow() {
  static const mdl::ArrowModule module = {.read_stream = mdl::read_stream,
                                          .read_file = mdl::read_file,
                                          .read_parquet = mdl::read_parquet,
                                          .write = mdl::write_batches,
                                          .skip_stream = mdl::skip_stream,
                                          .refuse = mdl::refuse};
  return &module;
}
