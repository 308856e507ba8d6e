// Inference requests of the Open Inference Protocol V2 (kserve/open-inference-protocol, inference_rest.md), with its
// binary tensor data extension: an input tensor for each column, an output tensor for each column of the predictions.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "serve/prediction_request.h"

namespace mdl {

/// What a model takes and gives: columns of numbers are FP64, others BYTES, each of shape [-1].
nlohmann::ordered_json metadata_of(const ServedModel& model, const std::vector<std::string>& versions);

/// Rows that one request may have.
inline constexpr size_t kMostInferenceRows = 10'000;

/// A request, of which the first `json_size` bytes are JSON, where that is given, and the rest binary data. A number is
/// missing where it is null, or NaN as binary data; a text where the model's config says so. Throws Error with what is
/// wrong with it.
std::unique_ptr<PredictionRequest> read_tensor_request(std::shared_ptr<const ServedModel> model, std::string body,
                                                       std::optional<size_t> json_size, const AnswerShape& shape);

}  // namespace mdl
