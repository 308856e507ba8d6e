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

class GpuPredictor {
 public:
  GpuPredictor(const Model& model, at::Device device)
      : device_(device), writer_(model.encoder), postprocessing_(model) {
    for (const Values& values : model.members) {
      members_.push_back(std::make_unique<Mlp>(model.network, MlpOptions{.device = device}));
      members_.back()->set_values(values);
    }
  }

  void predict(const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    const c10::InferenceMode no_autograd;
    postprocessing_.start(count, out);
    const BagTensors bags = members_.front()->network().bags.empty() ? BagTensors()
                                                                     : BagTensors::of(rows.bags, device_);
    for (size_t done = 0, some; done < count; done += some) {
      some = std::min(static_cast<size_t>(kBlock), count - done);
      block_.fill(writer_, rows, begin + done, some, kBlock);
      const Inputs inputs(on_device(block_.dense, writer_.width(), at::kFloat),
                          on_device(block_.indices, writer_.indices(), at::kLong), bags);
      for (const auto& member : members_) {
        const Tensor outputs = member->forward(inputs, Pass::kEvaluation).cpu();
        postprocessing_.add(outputs.const_data_ptr<float>(), some, out, done);
      }
      copy_exposures(rows, begin + done, some, out, done);
      postprocessing_.finish(some, out, done);
    }
  }

 private:
  template <class T>
  Tensor on_device(std::vector<T>& block, size_t width, at::ScalarType type) const {
    return at::from_blob(block.data(), {kBlock, static_cast<int64_t>(width)}, type).to(device_);
  }

  at::Device device_;
  InputWriter writer_;
  Postprocessing postprocessing_;
  std::vector<std::unique_ptr<Mlp>> members_;
  InputBlock block_;
};

}  // namespace

Predictor predictor_on(const Model& model, const std::string& device, size_t threads) {
  const at::Device found = find_device(device == "auto" && !Predictor::worth_a_gpu(model) ? "cpu" : device);
  if (found.is_cpu()) return Predictor(model, threads);
  const auto gpu = std::make_shared<GpuPredictor>(model, found);
  return Predictor(name_of(found), [gpu](const EncodedRows& rows, size_t begin, size_t count, Predictions& out) {
    with_memory([&] { gpu->predict(rows, begin, count, out); });
  });
}

}  // namespace mdl::nn
