#include "modelfile/serving.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "catch.h"
#include "export/onnx.h"
#include "export/pytorch.h"
#include "features.h"
#include "modelfile/card.h"
#include "modelfile/describe.h"
#include "modelfile/safetensors.h"
#include "parsed.h"

using namespace mdl;

namespace {

/// Of a number with an embedding, a flag, and texts with an embedding of which two are spellings of one value.
Model full_model() {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "good"}, .positive = 0};
  model.encoder.features = {
      {.name = "age", .kind = NumericColumn{.center = 37.25, .embedded_values = NumberIndex({17.5, 18.5, 40.25})}},
      one_hot("flag", {"False", "True"}, {1, -1, 0}),
      embedded("home", {"canary", "1", "1.0"})};
  std::vector<Feature>& features = model.encoder.features;
  features[0].histogram = {{20}, {3, 4, 0}};
  features[1].histogram.counts = {3, 4, 0, 0};
  features[2].histogram.counts = {1, 2, 3, 1, 0};
  model.encoder.missing = NullValues({"", "NA"});
  model.network = {.widths = {6, 1}, .dense = 2, .numbers = 1, .embeddings = {4, 4}, .embedding_width = 2};
  Values& values = model.members.emplace_back();
  for (const Parameter& parameter : parameters_of(model.network))
    values.emplace_back(static_cast<size_t>(parameter.size()), 0.5f);
  model.threshold = 0.4;
  model.threshold_rule = "f1";
  model.temperature = 1.5;
  model.smoothing = 0.01;
  model.class_priors = {0.25, 0.75};
  model.version = 7;
  model.epoch = 12;
  model.training_rows = 7;
  model.validation = {{Metric::kAccuracy, 0.875}};
  model.config = "data:\n  target: status\n";
  model.versions = {{"mdl", "0.1.0"}};
  return model;
}

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Why a serving model is not read after `damage` was done to its container.
std::string why(const auto& damage) {
  Safetensors file = parse_safetensors(format_model(serving_model(full_model())), "m");
  damage(file);
  const std::string text = error_of([&] { parse_model(format_safetensors(file), "m"); });
  return text.substr(std::min(text.size(), std::string("m: is not a usable model file: ").size()));
}

std::string why_model(const std::string& before, const std::string& after) {
  return why([&](Safetensors& file) {
    std::string& text = file.metadata.at("mdl.model");
    REQUIRE(text.find(before) != std::string::npos);
    text.replace(text.find(before), before.size(), after);
  });
}

}  // namespace

TEST_CASE("a serving model holds what answering needs, and comes back") {
  const Model full = full_model();
  const std::string bytes = format_model(serving_model(full));
  const Model model = parse_model(bytes, "m");
  CHECK(format_model(model) == bytes);
  CHECK(model.serving);
  CHECK(model.members == full.members);
  CHECK(model.target.classes == full.target.classes);
  CHECK(model.target.positive == 0);
  CHECK(model.temperature == 1.5);
  CHECK(model.smoothing == 0.01);
  CHECK(model.threshold == 0.4);
  CHECK(model.version == 7);
  CHECK(model.encoder.missing.spellings() == full.encoder.missing.spellings());
  for (const double number : {17.5, 18.5, 18.0, 40.25})
    CHECK(numeric(model.encoder.features[0]).embedded_values.find(number) ==
          numeric(full.encoder.features[0]).embedded_values.find(number));
  for (const char* cell : {"False", "TRUE", "canary ", "1", "1.0", "1.00", "x", "", "true"}) {
    for (const size_t f : {1, 2})
      CHECK(model.encoder.features[f].categories()->find(cell) == full.encoder.features[f].categories()->find(cell));
  }
}

TEST_CASE("a serving model tells nothing of the training data and of how it came about") {
  const Model full = full_model();
  const Safetensors file = parse_safetensors(format_model(serving_model(full)), "m");
  CHECK(file.metadata.size() == 2);
  CHECK(file.metadata.at("mdl.format") == "2");
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors) names.push_back(name);
  CHECK(names == std::vector<std::string>{"0.bias", "0.weight", "embedding.0", "embedding.1", "encoder.center",
                                          "encoder.codes", "encoder.fill", "encoder.hashes", "encoder.scale",
                                          "encoder.spellings", "text.bytes", "text.offsets"});
  CHECK(file.tensors.at("text.bytes").bytes == "statusbadgoodNAageflaghome");
  // Keys and hashes: of three numbers; of two flags and what finds them in any case; of three texts.
  CHECK(file.tensors.at("encoder.hashes").bytes.size() == 16 * ((1 + 3) + (1 + 4) + (1 + 3)));
  CHECK(format_model(full) == format_model(full_model()));
  CHECK(format_model(serving_model(full)) != format_model(serving_model(full)));
}

TEST_CASE("a serving model has a reference row only where it is to explain") {
  Model full = full_model();
  CHECK(error_of([&] { serving_model(full, /*explainable=*/true); }) ==
        "it has no reference row, since an earlier version of mdl wrote it; train it again, or omit --explainable");
  full.encoder.reference = {18.5, 1, 0};
  CHECK(format_model(serving_model(full)).find("encoder.reference") == std::string::npos);
  const Model model = parse_model(format_model(serving_model(full, /*explainable=*/true)), "m");
  CHECK(model.encoder.reference == std::vector<double>{18.5, 1, 0});
  CHECK(describe_text(model, "m")
            .find("reference row\n"
                  "  age   18.5\n"
                  "  flag  category 2, hashed\n"
                  "  home  category 1, hashed\n") != std::string::npos);
  CHECK(parsed(describe_json(model, "m"))["features"][1]["reference"] == 1);
}

TEST_CASE("what a serving model lacks is said by name") {
  const Model model = serving_model(full_model());
  const std::string texts =
      "it is a serving model, which holds its categories and exact values by hashes only; use the "
      "model that it was exported from";
  CHECK(error_of([&] { format_onnx(model); }) == texts);
  CHECK(error_of([&] { format_pytorch(model); }) == texts);
  CHECK(error_of([&] { serving_model(model); }) == "it is a serving model already");
  CHECK(error_of([&] { model_card(model, "m"); }) ==
        "m: is a serving model, which holds nothing of how it was trained; use the model that it was exported from");
  CHECK(describe_text(model, "m") ==
        "model         m\n"
        "              for serving: holds what predictions need, its values by hashes\n"
        "version       7\n"
        "task          binary\n"
        "target        status\n"
        "classes       bad (positive), good\n"
        "threshold     0.4\n"
        "temperature   1.5\n"
        "features      3: 1 numeric, 2 categorical; 2 inputs\n"
        "  age   numeric      center 37.25, scale 1, embedding of 3 hashed values\n"
        "  flag  categorical  2, hashed\n"
        "  home  categorical  3, hashed\n"
        "network       6-1, relu\n"
        "parameters    23\n");
  const auto about = parsed(describe_json(model, "m"));
  CHECK(about["serving"] == true);
  CHECK(about["features"][0]["hashed_values"] == 3);
  CHECK(about["features"][2]["hashed_categories"] == 3);
  for (const char* key : {"class_shares", "epoch", "training_rows", "validation", "config", "versions"})
    CHECK_FALSE(about.contains(key));
}

TEST_CASE("a damaged serving model is refused") {
  const auto hashes = [](const auto& change) {
    return why([&](Safetensors& file) {
      TensorData& tensor = file.tensors.at("encoder.hashes");
      change(tensor.bytes);
      tensor.shape = {static_cast<int64_t>(tensor.bytes.size())};
    });
  };
  CHECK(hashes([](std::string&) {}) == "");
  CHECK(hashes([](std::string& bytes) { bytes.replace(32, 16, bytes.substr(16, 16)); }) ==
        "column 'age' has two equal hashes");
  CHECK(hashes([](std::string& bytes) { bytes += "x"; }) ==
        "tensor encoder.hashes has another type or shape than the network needs");
  CHECK(hashes([](std::string& bytes) { bytes.pop_back(); }) == "'3' in it is not a whole number in range");
  CHECK(hashes([](std::string& bytes) { bytes.clear(); }) == "'3' in it is not a whole number in range");
  CHECK(why([](Safetensors& file) { file.tensors.erase("encoder.hashes"); }) ==
        "'3' in it is not a whole number in range");
  CHECK(why_model("\"spellings\":4", "\"spellings\":1") == "'2' in it is not a whole number in range");
  CHECK(why_model("\"spellings\":4", "\"spellings\":4000000000") ==
        "'4000000000' in it is not a whole number in range");
  CHECK(why_model("\"categories\":2,\"spellings\":4", "\"categories\":0,\"spellings\":4") ==
        "tensor encoder.spellings has another type or shape than the network needs");
  CHECK(why([](Safetensors& file) {
          file.tensors.at("encoder.hashes") = {DType::kU8, {0}, ""};
          std::string& text = file.metadata.at("mdl.model");
          // 16 times this and 1 more is 0, modulo 2^64.
          text.replace(text.find("\"values\":3"), 10, "\"values\":1152921504606846975");
        }) == "'1152921504606846975' in it is not a whole number in range");
  CHECK(why_model("\"spellings\":4", "\"spelling\":4") == "its description is damaged");
  for (const int64_t value : {-1, 2})
    CHECK(why([&](Safetensors& file) {
            file.tensors.at("encoder.spellings") = TensorData::of<int64_t>(DType::kI64, {2}, {0, value});
          }) == "tensor encoder.spellings holds a value that is out of range");
  CHECK(why([](Safetensors& file) { file.metadata["mdl.config"] = ""; }) ==
        "its metadata has the unknown key 'mdl.config'");
  CHECK(why([](Safetensors& file) {
          file.tensors["histogram.edges"] = TensorData::of<double>(DType::kF64, {0}, {});
        }) == "tensor 'histogram.edges' is unexpected");
  CHECK(why([](Safetensors& file) { file.metadata["mdl.format"] = "1"; }) != "");
}
