// Predictions by LibTorch, on a GPU.
#include "nn/device.h"
#include "nn/mlp.h"
#include "predict/predictor.h"

namespace mdl {
namespace {

/// Matrix products round by their shape, so all of them have this many rows.
constexpr int64_t kGpuBlock = 4096;

}  // namespace

Predictor::Predictor(const Model& model, const std::string& name, size_t threads)
    : Predictor([&]() -> Predictor {
        const at::Device device = nn::find_device(name == "auto" && !worth_a_gpu(model) ? "cpu" : name);
        if (device.is_cpu()) return Predictor(model, threads);
        return Predictor(model, nn::name_of(device), kGpuBlock, 1, [&] {
          std::vector<Forward> members;
          for (const Values& values : model.members) {
            const auto network = std::make_shared<nn::Mlp>(model.network, nn::MlpOptions{.device = device});
            network->set_values(values);
            members.push_back([network, device, outputs = at::Tensor(), &model](
                                  const float* dense, const int64_t* categories, size_t) mutable {
              return nn::with_memory([&] {
                const c10::InferenceMode no_autograd;
                const auto tables = static_cast<int64_t>(model.network.embeddings.size());
                nn::Inputs inputs(
                    at::from_blob(const_cast<float*>(dense), {kGpuBlock, model.network.dense}, at::kFloat).to(device));
                if (tables > 0)
                  inputs.categories =
                      at::from_blob(const_cast<int64_t*>(categories), {kGpuBlock, tables}, at::kLong).to(device);
                outputs = network->forward(inputs, nn::Pass::kEvaluation).cpu();
                return outputs.const_data_ptr<float>();
              });
            });
          }
          return members;
        });
      }()) {}

}  // namespace mdl
