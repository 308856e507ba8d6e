#include "infer/compiled_model.h"

#include <algorithm>
#include <cmath>

namespace mdl {
namespace {

/// Rows of a block: so many that a layer's weights are read for them all, fewer of a wide network.
size_t block_of(const Network& network) {
  constexpr size_t kMost = 128, kFewest = 16, kNumbers = 1 << 24;
  return std::clamp(kNumbers / working_width(network), kFewest, kMost);
}

double log_exposure(const EncodedRows& rows, size_t row) {
  return rows.exposures.empty() ? 0 : std::log(rows.exposures[row]);
}

}  // namespace

void copy_exposures(const EncodedRows& rows, size_t begin, size_t count, Predictions& out, size_t to) {
  if (rows.exposures.empty()) return;
  std::copy_n(rows.exposures.begin() + static_cast<ptrdiff_t>(begin), count,
              out.exposures.begin() + static_cast<ptrdiff_t>(to));
}

size_t working_width(const Network& network) {
  const auto& widths = network.widths;
  return static_cast<size_t>(network.dense + widths[0] + 2 * *std::max_element(widths.begin() + 1, widths.end()));
}

void InputBlock::fill(const InputWriter& writer, const EncodedRows& rows, size_t begin, size_t count, size_t padded) {
  const size_t width = writer.width(), places = writer.indices();
  dense.resize(std::max(dense.size(), padded * width));
  indices.resize(std::max(indices.size(), padded * places));
  for (size_t i = 0; i < count; ++i)
    writer.write(rows, begin + i, dense.data() + i * width, indices.data() + i * places);
  std::fill(dense.data() + count * width, dense.data() + padded * width, 0.0f);
  std::fill(indices.data() + count * places, indices.data() + padded * places, 0);
}

CompiledModel::CompiledModel(const Model& model)
    : writer_(model.encoder), postprocessing_(model), block_(block_of(model.network)) {
  members_.reserve(model.members.size());
  for (const Values& values : model.members) members_.emplace_back(model.network, values);
}

/// Calls use(outputs) with each member's outputs for a block of rows.
template <class Use>
void CompiledModel::for_each_member(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count,
                                    const Use& use) const {
  InputBlock& inputs = workspace.inputs;
  inputs.fill(writer_, rows, begin, count, count);
  for (const infer::CpuNetwork& member : members_)
    use(member(inputs.dense.data(), inputs.indices.data(), rows.bags, static_cast<int64_t>(count), workspace.network));
}

void CompiledModel::predict(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, Predictions& out,
                            size_t to) const {
  for (size_t done = 0, some; done < count; done += some) {
    some = std::min(block_, count - done);
    for_each_member(workspace, rows, begin + done, some,
                    [&](const float* outputs) { postprocessing_.add(outputs, some, out, to + done); });
    copy_exposures(rows, begin + done, some, out, to + done);
    postprocessing_.finish(some, out, to + done);
  }
}

void CompiledModel::raw_outputs(Workspace& workspace, const EncodedRows& rows, size_t begin, size_t count, size_t k,
                                double* out) const {
  std::vector<double>& sums = workspace.sums;
  const size_t width = postprocessing_.sums_width();
  for (size_t done = 0, some; done < count; done += some) {
    some = std::min(block_, count - done);
    sums.assign(some * width, postprocessing_.first_sum());
    for_each_member(workspace, rows, begin + done, some,
                    [&](const float* outputs) { postprocessing_.add_raw(outputs, some, sums.data()); });
    for (size_t row = 0; row < some; ++row)
      out[done + row] = postprocessing_.raw({sums.data() + row * width, width}, k) +
                        log_exposure(rows, begin + done + row);
  }
}

void predict(const CompiledModel& model, Workspace& workspace, const EncodedRows& rows, Predictions& out) {
  model.postprocessing().start(rows.rows, out);
  model.predict(workspace, rows, 0, rows.rows, out, 0);
}

}  // namespace mdl
