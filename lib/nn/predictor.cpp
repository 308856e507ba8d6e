#include "nn/predictor.h"

#include <memory>
#include <vector>

#include "infer/compiled_model.h"
#include "nn/device.h"
#include "nn/mlp.h"

namespace mdl::nn {
namespace {

/// Matrix products round by their shape, so all of them have this many rows.
constexpr int64_t kBlock = 4096;

/// By ATen's operators.
class GpuPredictor {
 public:
  GpuPredictor(const Model& model, at::Device device)
      : device_(device), writer_(model.encoder), postprocessing_(model), count_(std::ssize(model.members)),
        members_(model.network,
                 {.device = device, .backend = Backend::kAten, .seeds = std::vector<uint64_t>(model.members.size())}) {
    for (size_t m = 0; m < model.members.size(); ++m) members_.set_values(model.members[m], static_cast<int64_t>(m));
  }

  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    const c10::InferenceMode no_autograd;
    postprocessing_.start(count, out);
    const BagTensors bags = members_.network().bags.empty() ? BagTensors() : BagTensors::of(rows.bags, device_);
    for (size_t done = 0, some; done < count; done += some) {
      some = std::min(static_cast<size_t>(kBlock), count - done);
      block_.fill(writer_, rows, begin + done, some, kBlock);
      const Inputs inputs(on_device(block_.dense, writer_.width(), at::kFloat),
                          on_device(block_.indices, writer_.indices(), at::kLong), bags);
      const Tensor outputs = members_.forward(inputs, Pass::kEvaluation).cpu().contiguous();
      for (int64_t m = 0; m < count_; ++m)
        postprocessing_.add(outputs.const_data_ptr<float>() + m * outputs.stride(0), some, out, done);
      copy_exposures(rows, begin + done, some, out, done);
      postprocessing_.finish(some, out, done);
    }
  }

 private:
  template <class T>
  Tensor on_device(std::vector<T>& block, size_t width, at::ScalarType type) const {
    const auto columns = static_cast<int64_t>(width);
    return at::from_blob(block.data(), {kBlock, columns}, type).to(device_).expand({count_, kBlock, columns});
  }

  at::Device device_;
  InputWriter writer_;
  Postprocessing postprocessing_;
  int64_t count_;
  Mlp members_;  // all as one
  InputBlock block_;
};

}  // namespace

Predictor predictor_by_aten(const Model& model, at::Device device) {
  const auto gpu = std::make_shared<GpuPredictor>(model, device);
  return Predictor(name_of(device), [gpu](const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    with_memory([&] { gpu->predict(rows, begin, count, out); });
  });
}

Predictor predictor_on(const Model& model, const std::string& device, size_t threads) {
  const at::Device found = find_device(device == "auto" && !Predictor::worth_a_gpu(model) ? "cpu" : device);
  return found.is_cpu() ? Predictor(model, threads) : predictor_by_aten(model, found);
}

}  // namespace mdl::nn
