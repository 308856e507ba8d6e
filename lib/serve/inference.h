// Inference requests of the Open Inference Protocol V2 (kserve/open-inference-protocol, inference_rest.md), with its
// binary tensor data extension: an input tensor for each column, an output tensor for each column of the predictions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "serve/served_model.h"

namespace mdl {

/// What a model takes and gives: columns of numbers are FP64, others BYTES, each of shape [-1].
nlohmann::ordered_json metadata_of(const ServedModel& model);

struct InferenceAnswer {
  std::string body;
  std::optional<size_t> json_size;  // where binary data stands behind the JSON: the size of that
  int64_t rows = 0;
};

/// Rows that one request may have.
inline constexpr int64_t kMostInferenceRows = 10'000;

/// Answers the `body`, of which the first `json_size` bytes are JSON, where that is given, and the rest binary data.
/// A number is missing where it is null, or NaN as binary data; a text where the model's config says so. Throws Error
/// with what is wrong with the request.
InferenceAnswer run_inference(const ServedModel& model, std::string_view body, std::optional<size_t> json_size);

}  // namespace mdl
