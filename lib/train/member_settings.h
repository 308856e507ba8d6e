// What a member's training follows from config and data: its loss, optimizer, schedule, rows and first weights.
#pragma once

#include <span>
#include <vector>

#include "nn/initialize.h"
#include "nn/loss.h"
#include "nn/mlp.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "train/batches.h"
#include "train/sampler.h"

namespace mdl {

nn::InitializeOptions initialize_options(const Config& config, uint64_t number);
nn::OptimizerSettings optimizer_settings(const TrainConfig& train);

/// How the parameters of each role learn. With the NTK parametrization (Jacot, Gabriel and Hongler 2018) a layer
/// computes x W / sqrt(inputs); here the root is part of the weights, which makes the same steps when Adam's rate and
/// epsilon take it. Weight decay falls with the square of a rate's factor, as in RealMLP.
std::vector<nn::ParameterGroup> parameter_groups(const Config& config, const nn::Mlp& mlp);

nn::Loss loss_of(const TrainConfig& train, const Target& target);

/// Of so many steps an epoch.
nn::ScheduleSettings schedule_settings(const TrainConfig& train, int64_t steps);

Sampler sampler_of(const TrainConfig& train, const TrainingData& data, uint64_t number, uint64_t seed);

/// How far the average of the weights moves to them at a step, counted from 1: every fourth so that its memory is the
/// share `weight_averaging` of the steps so far, and that after the first steps it is their plain mean.
double average_share(const TrainConfig& train, int64_t step);

/// The weights that member `number` begins with, which trains on `rows`.
std::vector<std::vector<float>> first_values(const Network& network, const nn::InitializeOptions& options,
                                             const TrainingData& data, const Batches& batches,
                                             const std::vector<uint32_t>& rows, uint64_t number);

/// Numbers of a flat tensor; empty where it is undefined.
std::vector<float> to_host(const at::Tensor& flat);
void to_device(const std::vector<float>& values, const at::Tensor& flat);

}  // namespace mdl
