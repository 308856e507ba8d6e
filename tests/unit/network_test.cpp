#include "modelfile/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "catch.h"

using namespace mdl;
using Lines = std::vector<std::string>;

namespace {

/// "0.weight [2, 6]" of each parameter of a member.
Lines parameters(const Network& network, int64_t member = 0) {
  Lines lines;
  for (const Parameter& parameter : parameters_of(network))
    lines.push_back(fmt::format("{} {}", name_in_file(network, member, parameter), parameter.shape));
  return lines;
}

std::vector<Role> roles(const Network& network) {
  std::vector<Role> roles;
  for (const Parameter& parameter : parameters_of(network)) roles.push_back(parameter.role);
  return roles;
}

}  // namespace

TEST_CASE("a plain network has the names of torch.nn.Sequential") {
  const Network network{.widths = {6, 4, 3, 1}, .dense = 6, .numbers = 2};
  CHECK(parameters(network) ==
        Lines{"0.weight [4, 6]", "0.bias [4]", "2.weight [3, 4]", "2.bias [3]", "4.weight [1, 3]", "4.bias [1]"});
  CHECK(roles(network) ==
        std::vector{Role::kWeight, Role::kBias, Role::kWeight, Role::kBias, Role::kWeight, Role::kBias});
  CHECK(network.input_width() == 6);
  CHECK_FALSE(network.has_input_layer());
  CHECK(parameters({.widths = {2, 3}, .dense = 2}) == Lines{"0.weight [3, 2]", "0.bias [3]"});
}

TEST_CASE("a LayerNorm and a parametric activation stand after their Linear") {
  const Network network{.widths = {6, 4, 1}, .parametric = true, .normalization = Normalization::kLayer, .dense = 6};
  CHECK(parameters(network) == Lines{"0.weight [4, 6]", "0.bias [4]", "1.weight [4]", "1.bias [4]", "2.alpha [4]",
                                     "3.weight [1, 4]", "3.bias [1]"});
  CHECK(roles(network) == std::vector{Role::kWeight, Role::kBias, Role::kNormWeight, Role::kNormBias, Role::kAlpha,
                                      Role::kWeight, Role::kBias});
}

TEST_CASE("the front's parameters stand first") {
  // 3 numbers of 4 values each, 2 more dense inputs, 2 tables of rows of 8.
  const Network network{.widths = {30, 5, 2},
                        .activation = Activation::kSelu,
                        .parametric = true,
                        .scale = true,
                        .dense = 5,
                        .numbers = 3,
                        .frequencies = 16,
                        .embeddings = {11, 4097}};
  CHECK(network.input_width() == 30);
  CHECK(network.has_input_layer());
  CHECK(parameters(network) == Lines{"periodic.frequency [3, 16]", "periodic.phase [3, 16]",
                                     "periodic.weight [3, 3, 16]", "periodic.bias [3, 3]", "embedding.0 [11, 8]",
                                     "embedding.1 [4097, 8]", "scale [30]", "0.weight [5, 30]", "0.bias [5]",
                                     "1.alpha [5]", "2.weight [2, 5]", "2.bias [2]"});
  CHECK(roles(network) == std::vector{Role::kFrequency, Role::kPhase, Role::kPeriodicWeight, Role::kPeriodicBias,
                                      Role::kEmbedding, Role::kEmbedding, Role::kScale, Role::kWeight, Role::kBias,
                                      Role::kAlpha, Role::kWeight, Role::kBias});
  CHECK(parameters_of(network)[2].size() == 144);
}

TEST_CASE("periodic embeddings of no number have no parameters") {
  const Network network{.widths = {2, 1}, .dense = 2, .numbers = 0, .frequencies = 16};
  CHECK(network.input_width() == 2);
  CHECK(parameters(network) == Lines{"0.weight [1, 2]", "0.bias [1]"});
}

TEST_CASE("of several members each has names of its own") {
  Network network{.widths = {2, 1}, .scale = true, .dense = 2, .numbers = 2, .members = 2};
  CHECK(parameters(network, 0) == Lines{"members.0.scale [2]", "members.0.0.weight [1, 2]", "members.0.0.bias [1]"});
  CHECK(parameters(network, 1) == Lines{"members.1.scale [2]", "members.1.0.weight [1, 2]", "members.1.0.bias [1]"});
  network.members = 1;
  CHECK(parameters(network) == Lines{"scale [2]", "0.weight [1, 2]", "0.bias [1]"});
}
