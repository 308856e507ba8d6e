#include "features.h"
#include "torch_test.h"

#include <cmath>

#include "base/error.h"
#include "prepared.h"
#include "train/batches.h"

using namespace mdl;

namespace {

Batch gathered(const TrainingData& prepared, const ClassWeights& class_weights, const std::vector<uint32_t>& rows,
               WeightKind use = WeightKind::kTraining) {
  Batch batch;
  Batches(prepared, class_weights, at::kCPU).gather(rows, use, batch);
  return batch;
}

std::vector<float> values(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

std::string error_of(const TrainingData& prepared, const ClassWeights& class_weights) {
  try {
    Batches(prepared, class_weights, at::kCPU);
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

/// Rows 0 to 3 train, 4 and 5 validate; class a thrice, b once.
TrainingData two_classes() { return classification({0, 1, 2, 3, 4, 5}, 1, {0, 0, 1, 0, 1, 0}, {"a", "b"}, 2); }

}  // namespace

TEST_CASE("a batch holds the rows asked for, in their order") {
  const TrainingData prepared = regression({0, 1, 10, 11, 20, 21, 30, 31}, 2, {1, 2, 3, 4});
  const Batch batch = gathered(prepared, {}, {2, 0, 2});
  CHECK(values(batch.dense) == std::vector<float>{20, 21, 0, 1, 20, 21});
  CHECK(values(batch.targets) == std::vector<float>{3, 1, 3});
  CHECK_FALSE(batch.indices.defined());
  CHECK_FALSE(batch.weights.defined());
}

TEST_CASE("a batch's tensors fit the number of rows again and again") {
  const TrainingData prepared = regression({0, 1, 2, 3}, 1, {0, 10, 20, 30});
  const Batches batches(prepared, {}, at::kCPU);
  Batch batch;
  for (const std::vector<uint32_t>& rows : std::vector<std::vector<uint32_t>>{{3, 1}, {2}, {0, 1, 2, 3}, {1, 2}}) {
    batches.gather(rows, WeightKind::kTraining, batch);
    CHECK(values(batch.dense) == std::vector<float>(rows.begin(), rows.end()));
    CHECK(batch.targets.size(0) == static_cast<int64_t>(rows.size()));
  }
}

TEST_CASE("missing numbers are filled, indicators set, and categories become indices of tables") {
  TrainingData prepared = regression({NAN, 2, 3, NAN}, 2, {1, 2});
  numeric(prepared.encoder.features[0]).imputed = 0.5f;
  numeric(prepared.encoder.features[1]).presence = {-1, 1};
  prepared.encoder.features.push_back(embedded("c", {"x", "y", "z"}));
  prepared.encoder.features.push_back(one_hot("d", {"x", "y"}));
  prepared.rows.indices = {2, 1, -1, -1};
  const Batch batch = gathered(prepared, {}, {0, 1});
  CHECK(values(batch.dense) == std::vector<float>{0.5f, 2, -1, 0, 1, 3, 0, 1, 0, 0});
  CHECK(at::equal(batch.indices, at::tensor({3, 0}, at::kLong).view({2, 1})));
}

TEST_CASE("a binary target is 1 for the positive class, a multiclass one the class's index, a number is standardised") {
  TrainingData binary = two_classes();
  CHECK(values(gathered(binary, {}, {0, 2}).targets) == std::vector<float>{0, 1});
  binary.target.positive = 0;
  CHECK(values(gathered(binary, {}, {0, 2}).targets) == std::vector<float>{1, 0});
  CHECK(values(gathered(classification({1, 2, 3}, 1, {2, 0, 1}, {"a", "b", "c"}), {}, {0, 1, 2}).targets) ==
        std::vector<float>{2, 0, 1});
  TrainingData numbers = regression({1, 2}, 1, {10, 14});
  numbers.target.mean = 12;
  numbers.target.scale = 4;
  CHECK(values(gathered(numbers, {}, {0, 1}).targets) == std::vector<float>{-0.5f, 0.5f});
}

TEST_CASE("training weights have a mean of 1 over the training rows, validation weights are the rows' own") {
  TrainingData prepared = regression({1, 2, 3, 4, 5, 6}, 1, {1, 2, 3, 4, 5, 6}, 2);
  prepared.weights = {1, 3, 0, 4, 7, 9};
  CHECK(values(gathered(prepared, {}, {0, 1, 2, 3}).weights) == std::vector<float>{0.5f, 1.5f, 0, 2});
  CHECK(values(gathered(prepared, {}, {4, 5}, WeightKind::kValidation).weights) == std::vector<float>{7, 9});
}

TEST_CASE("balanced class weights are scikit-learn's") {
  // rows / (classes * rows of the class): 4 / (2 * 3) and 4 / (2 * 1).
  CHECK(values(gathered(two_classes(), {.balanced = true}, {0, 1, 2, 3}).weights) ==
        std::vector<float>{2 / 3.0f, 2 / 3.0f, 2, 2 / 3.0f});
  CHECK_FALSE(gathered(two_classes(), {.balanced = true}, {4, 5}, WeightKind::kValidation).weights.defined());
}

TEST_CASE("class weights multiply the rows' own") {
  TrainingData prepared = two_classes();
  prepared.weights = {1, 1, 1, 2, 1, 1};
  // 1, 1, 4 and 2, whose mean is 2.
  CHECK(values(gathered(prepared, {.by_class = {{"b", 4}}}, {0, 1, 2, 3}).weights) ==
        std::vector<float>{0.5f, 0.5f, 2, 1});
}

TEST_CASE("weights that cannot be meant are refused") {
  CHECK(error_of(two_classes(), {.by_class = {{"c", 4}}}) ==
        "train.class_weights: column 'y' has no class 'c'; it has a and b");
  CHECK(error_of(regression({1}, 1, {1}), {.balanced = true}) ==
        "train.class_weights is for classes; column 'y' makes this a regression");
  TrainingData prepared = two_classes();
  prepared.weights = {0, 0, 0, 0, 1, 1};
  CHECK(error_of(prepared, {}) == "the weights of the training rows sum to 0; at least one must be above 0");
}
