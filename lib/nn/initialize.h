// The first values of a network's parameters: a function of the seed, and of some training rows where the method looks
// at them.
#pragma once

#include "config/config.h"
#include "nn/mlp.h"

namespace mdl::nn {

struct InitializeOptions {
  Initialization method = Initialization::kGlorot;
  uint64_t seed = 0;
  double periodic_sigma = 0.1;  // standard deviation of the periodic embeddings' frequencies
};

/// kGlorot: weights from Glorot's uniform distribution, biases 0 (as Keras' Dense).
/// kData: weights so that each neuron's inputs have a standard deviation of 1 over `sample`, biases so that its kink
/// lies among the rows (RealMLP's "std" and "he+5": minus a random convex combination of its values on five rows;
/// Holzmüller, Grinsztajn and Steinwart 2024, pytabkit). The rest is the same for both: frequencies N(0, sigma), phases
/// uniform in a turn, the periodic layer's weights uniform within 1 / sqrt(frequencies), embeddings N(0, 1), scales, alphas
/// and norms the identity. `mlp` is on the CPU.
void initialize(Mlp& mlp, const Network& network, const InitializeOptions& options, const Inputs& sample);

}  // namespace mdl::nn
