#include "torch_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "base/signals.h"
#include "metrics/classification.h"
#include "prepared.h"
#include "report/best_evaluation.h"
#include "state_files.h"
#include "table_files.h"
#include "train/fit.h"
#include "train/member.h"
#include "train/plan.h"
#include "train/search.h"
#include "train/validation.h"

using namespace mdl;

namespace {

Network network_for(const TrainingData& prepared, const Config& config) {
  const auto features = static_cast<int64_t>(prepared.encoder.width());
  Network network{
      .activation = *config.model.activation, .dense = features, .numbers = features, .members = *config.model.members};
  network.widths = *config.model.hidden;
  network.widths.insert(network.widths.begin(), features);
  network.widths.push_back(
      prepared.target.task == Task::kMulticlass ? static_cast<int64_t>(prepared.target.classes.size()) : 1);
  return network;
}

TrainState trained(const Config& config, const TrainingData& prepared, TrainState state = {}, int threads = 1) {
  const Network network = network_for(prepared, config);
  train_by_trials(config, trials_of(config, network, prepared.target.task), network, prepared, {.threads = threads},
                  state);
  return state;
}

std::string error_of(const Config& config, const TrainingData& prepared, const TrainState& state = {}) {
  try {
    trained(config, prepared, state);
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

/// All but the seconds, bit for bit.
void check_same(const TrainState& a, const TrainState& b) {
  REQUIRE(a.members.size() == b.members.size());
  for (size_t m = 0; m < a.members.size(); ++m) {
    INFO("member " << m);
    CHECK(a.members[m].step == b.members[m].step);
    CHECK(a.members[m].loss_sum == b.members[m].loss_sum);
    CHECK(a.members[m].loss_rows == b.members[m].loss_rows);
    CHECK(a.members[m].parameters == b.members[m].parameters);
    CHECK(a.members[m].first == b.members[m].first);
    CHECK(a.members[m].second == b.members[m].second);
    CHECK(a.members[m].average == b.members[m].average);
    CHECK(a.members[m].best == b.members[m].best);
  }
  CHECK(a.chosen == b.chosen);
  REQUIRE(a.trials.size() == b.trials.size());
  for (size_t t = 0; t < a.trials.size(); ++t) {
    INFO("trial " << t);
    CHECK(a.trials[t].best == b.trials[t].best);
    REQUIRE(a.trials[t].history.size() == b.trials[t].history.size());
    for (size_t i = 0; i < a.trials[t].history.size(); ++i)
      CHECK(a.trials[t].history[i].validation_loss == b.trials[t].history[i].validation_loss);
  }
  CHECK(a.plateau.factor == b.plateau.factor);
  CHECK(a.plateau.best == b.plateau.best);
  CHECK(a.plateau.bad == b.plateau.bad);
  REQUIRE(a.history.size() == b.history.size());
  for (size_t i = 0; i < a.history.size(); ++i) {
    INFO("evaluation " << i);
    CHECK(a.history[i].epoch == b.history[i].epoch);
    CHECK(a.history[i].step == b.history[i].step);
    CHECK(a.history[i].train_loss == b.history[i].train_loss);
    CHECK(a.history[i].validation_loss == b.history[i].validation_loss);
    CHECK((a.history[i].validation == b.history[i].validation));
    CHECK(a.history[i].learning_rate == b.history[i].learning_rate);
  }
}

/// 15 steps with everything that a state has to remember.
Config eventful() {
  Config config = plain_config();
  config.model.hidden = {8};
  config.model.dropout = 0.2;
  config.model.members = 2;
  config.train.epochs = 3;
  config.train.batch_size = 8;
  config.train.learning_rate = 0.3;
  config.train.optimizer = Optimizer::kAdamW;
  config.train.weight_decay = 0.1;
  config.train.regularization_schedule = RegularizationSchedule::kFlatCos;
  config.train.schedule = Schedule::kPlateau;
  config.train.plateau_patience = 0;
  config.train.warmup_epochs = 0.4;
  config.train.clip_norm = 0.5;
  config.train.evaluate_every = {.steps = 4};
  return config;
}

/// Trains in a process of its own that was asked to stop before it began, so that each call ends after a step and after
/// a save; goes on `times` times. The saved states are <files>/1, <files>/2, ... Returns their number.
int interrupt_again_and_again(const Config& config, const TrainingData& prepared, const TableFiles& files, int times,
                              int threads) {
  const pid_t child = fork();
  if (child == 0) {
    install_signal_handlers();
    std::raise(SIGINT);
    int saved = 0;
    for (int call = 0; call < times; ++call) {
      TrainState state;
      if (saved > 0) state = read_state(files / std::to_string(saved))->state;
      const LoopOptions options{.threads = threads, .callbacks = {.save = [&](const TrainState& now) {
                                                      write_state(files / std::to_string(++saved), now, {});
                                                    }}};
      try {
        const Network network = network_for(prepared, config);
        train_by_trials(config, trials_of(config, network, prepared.target.task), network, prepared, options, state);
        write_state(files / "end", state, {});
        _exit(0);
      } catch (const Interrupted&) {
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        std::fflush(stderr);
        _exit(1);
      }
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  int saved = 0;
  while (std::filesystem::exists(files / std::to_string(saved + 1))) ++saved;
  return saved;
}

/// Six networks, of which two at a time try two settings; the run decides its length.
Config with_trials() {
  Config config = eventful();
  config.train.schedule = Schedule::kConstant;
  config.train.regularization_schedule = RegularizationSchedule::kConstant;
  config.train.learning_rate = 0.05;
  config.train.evaluate_every = {.epochs = 3};
  config.train.epochs = kAutoEpochs;
  config.train.folds = 3;
  config.train.trials = 2;
  config.train.weight_averaging = 0.1;
  config.model.members = 6;
  config.model.dropout.reset();
  config.model.periodic_sigma.reset();
  return config;
}

TrainingData in_folds(TrainingData prepared) {
  prepared.split = split_into_folds(prepared.labels.classes, 3, 0, 2);
  return prepared;
}

TrainingData line_with_noise(size_t rows, size_t validation) {
  const std::vector<float> numbers = normal_numbers(2 * rows, 1), noise = normal_numbers(rows, 2);
  std::vector<double> targets;
  for (size_t row = 0; row < rows; ++row) {
    targets.push_back(
        static_cast<double>(0.5f + 0.7f * numbers[2 * row] - 0.2f * numbers[2 * row + 1] + 0.3f * noise[row]));
  }
  return regression(numbers, 2, targets, validation);
}

Config linear_by_sgd(int64_t epochs, int64_t batch_size) {
  Config config = plain_config();
  config.model.hidden = std::vector<int64_t>{};
  config.train.optimizer = Optimizer::kSgd;
  config.train.learning_rate = 0.05;
  config.train.epochs = epochs;
  config.train.batch_size = batch_size;
  return config;
}

}  // namespace

TEST_CASE("a linear regression comes to the least squares") {
  const TrainingData prepared = line_with_noise(100, 0);
  const TrainState state = trained(linear_by_sgd(300, 100), prepared);
  const at::Tensor x = at::cat(
      {at::tensor(prepared.rows.numbers).view({100, 2}).to(at::kDouble), at::ones({100, 1}, at::kDouble)}, 1);
  const at::Tensor y = at::tensor(prepared.labels.numbers, at::kDouble).view({100, 1});
  const at::Tensor solution = std::get<0>(at::linalg_lstsq(x, y));
  const std::vector<float>& found = state.members[0].parameters;  // two weights, then from 16 on the bias
  CHECK(static_cast<double>(found[0]) == Approx(solution[0].item<double>()).margin(1e-4));
  CHECK(static_cast<double>(found[1]) == Approx(solution[1].item<double>()).margin(1e-4));
  CHECK(static_cast<double>(found[16]) == Approx(solution[2].item<double>()).margin(1e-4));
  CHECK(state.history.back().validation_loss ==
        Approx((at::mm(x, solution) - y).square().mean().item<double>()).epsilon(1e-4));
}

TEST_CASE("three clouds of points are told apart") {
  Config config = plain_config();
  config.model.hidden = {16};
  config.train.epochs = 30;
  config.train.learning_rate = 0.01;
  const TrainState state = trained(config, three_clouds(600, 150));
  CHECK(state.history.front().validation_loss > state.history.back().validation_loss);
  CHECK(state.history.back().validation[0].second > 0.75);  // the best possible is about 0.80
}

TEST_CASE("a hidden layer learns what no line tells apart") {
  const TrainingData prepared = classification({-1, -1, -1, 1, 1, -1, 1, 1}, 2, {0, 1, 1, 0}, {"same", "different"});
  Config config = plain_config();
  config.model.hidden = {8};
  config.model.activation = Activation::kTanh;
  config.train.epochs = 200;
  config.train.learning_rate = 0.05;
  const TrainState state = trained(config, prepared);
  CHECK((state.history.back().validation == Scores{{Metric::kAccuracy, 1}}));
  CHECK(state.history.back().validation_loss < 0.05);
  config.model.hidden = std::vector<int64_t>{};
  CHECK(trained(config, prepared).history.back().validation_loss > 0.69);  // log 2
}

TEST_CASE("the same seed gives the same run, another one another") {
  Config config = eventful();
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState once = trained(config, prepared);
  check_same(once, trained(config, prepared));
  config.train.seed = 1;
  CHECK(once.members[0].parameters != trained(config, prepared).members[0].parameters);
}

TEST_CASE("members give the same bytes on one thread and on several, and differ from each other") {
  Config config = eventful();
  config.model.members = 3;
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState alone = trained(config, prepared, {}, 1);
  check_same(alone, trained(config, prepared, {}, 2));
  check_same(alone, trained(config, prepared, {}, 3));
  CHECK(alone.members[0].parameters != alone.members[1].parameters);
}

TEST_CASE("a member is trained as if it were alone") {
  Config config = eventful();
  config.train.schedule = Schedule::kConstant;  // plateau looks at all of them
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState both = trained(config, prepared);
  config.model.members = 1;
  CHECK(both.members[0].parameters == trained(config, prepared).members[0].parameters);
}

TEST_CASE("with folds a network learns what it would learn alone from the rows that it does not leave out") {
  Config config = eventful();
  config.train.schedule = Schedule::kConstant;  // plateau looks at all of them
  config.model.members = 3;
  TrainingData prepared = three_clouds(60, 0);
  prepared.split = split_into_folds(prepared.labels.classes, 3, 0);
  const TrainState bagged = trained(config, prepared);
  check_same(bagged, trained(config, prepared, {}, 2));
  TrainingData alone = prepared;
  alone.split = {.train = prepared.split.training_rows(0), .validation = prepared.split.folds[0]};
  config.model.members = 1;
  CHECK(trained(config, alone).members[0].parameters == bagged.members[0].parameters);
}

const TrainConfig kUncalibrated{.calibration = Calibration::kNone};

TEST_CASE("with folds each row is judged by the networks that did not learn it") {
  TrainingData prepared = regression({0, 1, 2, 3}, 1, {5, 6, 7, 8});
  prepared.target.mean = 0;
  prepared.target.scale = 1;
  prepared.split.folds = {{1, 2}, {0, 3}};
  // Networks 0 and 2 leave the first fold out, 1 and 3 the second one.
  const ValidationResult result = validate(prepared, {{6, 8}, {4, 8}, {8, 8}, {6, 8}}, 0, kUncalibrated, Metric::kR2);
  CHECK(result.loss == Approx((0.0 + 1 + 1 + 0) / 4));  // means 5, 7, 8, 8 of the rows 0, 1, 2, 3
  CHECK(result.predictions.values == std::vector<double>{5, 7, 8, 8});
}

TEST_CASE("a regression is validated by the clipped predictions, as the model gives them") {
  TrainingData prepared = regression({0, 1, 2, 3}, 1, {5, 6, 7, 8}, 2);
  prepared.target.mean = 0;
  prepared.target.scale = 1;
  prepared.low = 5.5;
  prepared.high = 7.5;
  const ValidationResult result = validate(prepared, {{7, 100}}, 0, kUncalibrated, Metric::kR2);
  CHECK(result.predictions.values == std::vector<double>{7, 7.5});
  CHECK(result.loss == Approx((0.0 + 0.25) / 2));
}

TEST_CASE("the score that is shown is at the threshold that training would choose") {
  const TrainingData prepared = classification({0, 1, 2, 3}, 1, {0, 0, 1, 1}, {"no", "yes"}, 4);
  const std::vector<std::vector<float>> outputs = {{-3, -2, -1, 1}};  // probabilities 0.05, 0.12, 0.27, 0.73
  const auto recall = [&](const Threshold& rule) {
    TrainConfig config = kUncalibrated;
    config.threshold = rule;
    return score_of(validate(prepared, outputs, 0, config, Metric::kRecall).scores, Metric::kRecall);
  };
  CHECK(recall({}) == 0.5);
  CHECK(recall({.value = 0.2}) == 1);
  CHECK(recall({.value = 0.8}) == 0);
  CHECK(recall({.rule = Threshold::Rule::kF1}) == 1);
  CHECK(recall({.rule = Threshold::Rule::kRecall, .value = 0.4}) == 0.5);
}

TEST_CASE("the score that is shown is the one asked for, as an evaluation computes it") {
  const TrainingData prepared = three_clouds(60, 20);
  const size_t rows = prepared.split.validation.size();
  std::vector<float> outputs;
  ClassificationRows counts(3, 1);
  const Random random(3, Purpose::kSample);
  for (size_t i = 0; i < 3 * rows; ++i) outputs.push_back(static_cast<float>(random.normal(i)));
  const Predictions predictions = validate(prepared, {outputs}, 0, kUncalibrated, Metric::kAccuracy).predictions;
  for (size_t i = 0; i < rows; ++i) {
    counts.add(prepared.labels.classes[prepared.split.validation[i]], predictions.classes[i],
               std::span(predictions.probabilities).subspan(3 * i, 3));
  }
  for (const auto& [metric, value] : counts.scores()) {
    CAPTURE(name_of(metric));
    const Scores shown = validate(prepared, {outputs}, 0, kUncalibrated, metric).scores;
    REQUIRE(shown.size() == 1);
    CHECK(shown[0].first == metric);
    CHECK(shown[0].second == Approx(value).epsilon(1e-12));
  }
  const TrainingData numbers = regression({0, 1, 2, 3}, 1, {5, 6, 7, 8}, 2);
  const Scores shown = validate(numbers, {{1, 2}}, 0, kUncalibrated, Metric::kMae).scores;
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].first == Metric::kMae);
}

TEST_CASE("a run that is interrupted after every step comes to the same bytes") {
  const Config config = eventful();
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState whole = trained(config, prepared, {}, 2);
  const TableFiles files;
  CHECK(interrupt_again_and_again(config, prepared, files, 100, 2) >= 15);
  REQUIRE(std::filesystem::exists(files / "end"));
  check_same(read_state(files / "end")->state, whole);
}

TEST_CASE("from every saved state a run goes on to the same bytes") {
  const Config config = eventful();
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState whole = trained(config, prepared);
  const TableFiles files;
  const int saved = interrupt_again_and_again(config, prepared, files, 100, 2);
  REQUIRE(saved >= 15);
  for (int i = 1; i <= saved; ++i) {
    INFO("state " << i << " of " << saved);
    check_same(trained(config, prepared, read_state(files / std::to_string(i))->state), whole);
  }
}

TEST_CASE("a run of trials that is interrupted again and again comes to the same bytes, by one thread or two") {
  const Config config = with_trials();
  const TrainingData prepared = in_folds(three_clouds(60, 0));
  const TrainState whole = trained(config, prepared);
  CHECK(whole.chosen);
  REQUIRE(whole.trials.size() == 2);
  CHECK(whole.trials[best_trial(whole.trials)].best.size() == 2);
  CHECK(whole.trials[1 - best_trial(whole.trials)].best.empty());
  REQUIRE(whole.members.size() == 4);
  const std::vector<EpochRecord>& history = history_of(whole);
  for (const MemberState& member : whole.members) CHECK(member.step == history[best_evaluation(history, {})].step);
  CHECK(kept_weights(whole).size() == 6);
  const TableFiles files;
  CHECK(interrupt_again_and_again(config, prepared, files, 5000, 2) > 500);
  REQUIRE(std::filesystem::exists(files / "end"));
  check_same(read_state(files / "end")->state, whole);
}

TEST_CASE("the trials are of what the config leaves open") {
  const TrainingData prepared = three_clouds(60, 0);
  Config config = with_trials();
  config.train.trials = 5;
  Network network = network_for(prepared, config);
  const auto settings = [&] {
    std::vector<std::string> texts;
    for (const Config& trial : trials_of(config, network, Task::kMulticlass)) texts.push_back(settings_text(trial));
    return texts;
  };
  using Texts = std::vector<std::string>;
  CHECK(settings() == Texts{"periodic_sigma 0.3, dropout 0.15, learning rate 0.05",
                            "periodic_sigma 0.3, dropout 0, learning rate 0.05"});
  network.frequencies = 16;
  CHECK(settings() == Texts{"periodic_sigma 0.3, dropout 0.15, learning rate 0.05",
                            "periodic_sigma 0.3, dropout 0, learning rate 0.05",
                            "periodic_sigma 0.1, dropout 0.15, learning rate 0.05",
                            "periodic_sigma 1, dropout 0.15, learning rate 0.05"});
  config.model.dropout = 0.5;
  CHECK(settings() == Texts{"periodic_sigma 0.3, dropout 0.5, learning rate 0.05",
                            "periodic_sigma 0.1, dropout 0.5, learning rate 0.05",
                            "periodic_sigma 1, dropout 0.5, learning rate 0.05"});
  config.train.learning_rate.reset();
  CHECK(settings() == Texts{"periodic_sigma 0.3, dropout 0.5, learning rate 0.04",
                            "periodic_sigma 0.1, dropout 0.5, learning rate 0.04",
                            "periodic_sigma 1, dropout 0.5, learning rate 0.04",
                            "periodic_sigma 0.3, dropout 0.5, learning rate 0.01"});
  config.train.learning_rate = 0.05;
  config.train.trials = 1;
  CHECK(settings() == Texts{"periodic_sigma 0.3, dropout 0.5, learning rate 0.05"});
}

TEST_CASE("the weights that are kept are averages: of the first steps the mean, then of the share that is asked for") {
  Config config = linear_by_sgd(40, 5);
  config.train.weight_averaging = 0.5;
  const TrainingData prepared = line_with_noise(50, 10);
  std::vector<double> average;
  for (int64_t epochs = 1; epochs <= 10; ++epochs) {  // 4 steps each
    Config shorter = linear_by_sgd(1, 5);
    shorter.train.evaluate_every = {.steps = 4};
    TrainState after;
    const LoopOptions options{.steps = 4 * epochs};
    train_members(shorter, network_for(prepared, shorter), prepared, options, after);
    const std::vector<float>& now = after.members[0].parameters;
    const double weight = std::min(1.0, 4 / (4 + 0.5 * 4 * static_cast<double>(epochs - 1)));
    if (average.empty()) average.assign(now.begin(), now.end());
    for (size_t i = 0; i < now.size(); ++i) average[i] += weight * (now[i] - average[i]);
  }
  LoopOptions options{.steps = 40};
  TrainState forty;
  train_members(config, network_for(prepared, config), prepared, options, forty);
  for (size_t i = 0; i < average.size(); ++i)
    CHECK(static_cast<double>(forty.members[0].best[i]) == Approx(average[i]).margin(1e-6));
}

TEST_CASE("a run that is interrupted between its members comes to the same bytes") {
  Config config = eventful();
  config.train.evaluate_every = {.steps = 1};
  const TrainingData prepared = three_clouds(60, 20);
  const TableFiles files;
  REQUIRE(interrupt_again_and_again(config, prepared, files, 1, /*threads=*/1) == 1);
  const TrainState state = read_state(files / "1")->state;
  REQUIRE(state.members[0].step == 1);
  REQUIRE(state.members[1].step == 0);
  check_same(trained(config, prepared, state), trained(config, prepared));
}

TEST_CASE("a large member whose products share two threads goes on from any step to the same bytes") {
  Config config = eventful();
  config.model.members = 1;
  config.model.hidden = {128, 128};
  config.train.batch_size = 128;
  config.train.evaluate_every = {.epochs = 3};
  const TrainingData prepared = three_clouds(340, 40);  // 3 steps an epoch, the last one of 44 rows
  const Network network = network_for(prepared, config);
  const TrainState whole = trained(config, prepared, {}, 2);
  REQUIRE(whole.members[0].step == 9);
  const Batches batches(prepared, {}, at::kCPU);
  for (int64_t stop = 1; stop < 9; ++stop) {
    INFO("step " << stop);
    const c10::InferenceMode no_autograd;
    at::set_num_threads(2);
    Member member(config, network, prepared, batches, at::kCPU, nn::Backend::kNative, 0);
    member.restore({});
    member.advance(9, {}, [&] { return member.step() < stop; });
    REQUIRE(member.step() == stop);
    check_same(trained(config, prepared, {.members = {member.state()}}, 2), whole);
  }
}

TEST_CASE("a run ends when its minutes are over, with an evaluation") {
  Config config = eventful();
  config.train.epochs = 100'000;
  config.train.evaluate_every = {.epochs = 100'000};
  config.train.max_minutes = 1e-6;
  const TrainState state = trained(config, three_clouds(60, 20), {}, 2);
  REQUIRE(state.history.size() == 1);
  CHECK(state.history[0].step == std::min(state.members[0].step, state.members[1].step));
  CHECK(state.members[0].step > 1);
  CHECK(state.members[0].best == state.members[0].parameters);
  CHECK(state.seconds < 5);
}

TEST_CASE("a finished run that is gone on with stays as it is") {
  const Config config = eventful();
  const TrainingData prepared = three_clouds(60, 20);
  const TrainState whole = trained(config, prepared);
  check_same(trained(config, prepared, whole), whole);
}

TEST_CASE("evaluations come every so many epochs or steps, and at the end") {
  Config config = plain_config();
  config.train.epochs = 5;
  config.train.batch_size = 8;
  const TrainingData prepared = three_clouds(44, 4);  // 5 steps an epoch
  const auto evaluations = [&](EvaluateEvery every) {
    config.train.evaluate_every = every;
    std::vector<std::pair<int64_t, int64_t>> found;
    for (const EpochRecord& record : trained(config, prepared).history) found.emplace_back(record.epoch, record.step);
    return found;
  };
  using Found = std::vector<std::pair<int64_t, int64_t>>;
  CHECK(evaluations({.epochs = 1}) == Found{{1, 5}, {2, 10}, {3, 15}, {4, 20}, {5, 25}});
  CHECK(evaluations({.epochs = 2}) == Found{{2, 10}, {4, 20}, {5, 25}});
  CHECK(evaluations({.steps = 7}) == Found{{2, 7}, {3, 14}, {5, 21}, {5, 25}});
}

TEST_CASE("early stopping ends the run, and the best evaluation's weights are kept") {
  Config config = plain_config();
  config.model.hidden = {64};
  config.train.epochs = 200;
  config.train.learning_rate = 0.03;
  config.train.early_stopping = 4;
  const TrainingData prepared = three_clouds(60, 30);
  const TrainState state = trained(config, prepared);
  const size_t best = best_evaluation(state.history, {});
  REQUIRE(state.history.size() < 200);
  CHECK(state.history.size() == best + 1 + 4);
  CHECK(state.members[0].best != state.members[0].parameters);
  config.train.epochs = static_cast<int64_t>(best) + 1;
  CHECK(state.members[0].best == trained(config, prepared).members[0].parameters);
}

TEST_CASE("train.metric chooses the epoch that is kept, and when training stops") {
  Config config = plain_config();
  config.model.hidden = {64};
  config.train.epochs = 200;
  config.train.learning_rate = 0.03;
  config.train.early_stopping = 4;
  config.train.metric = Metric::kAccuracy;
  const TrainingData prepared = three_clouds(60, 30);
  const TrainState state = trained(config, prepared);
  const size_t best = best_evaluation(state.history, Metric::kAccuracy);
  REQUIRE(best != best_evaluation(state.history, {}));
  CHECK(state.history.size() == best + 1 + 4);
  config.train.epochs = static_cast<int64_t>(best) + 1;
  config.train.metric.reset();
  CHECK(state.members[0].best == trained(config, prepared).members[0].parameters);
}

TEST_CASE("a row of weight 2 is the row twice") {
  Config config = linear_by_sgd(20, 100);
  TrainingData weighted = line_with_noise(4, 0), repeated = weighted;
  weighted.weights = {2, 1, 1, 3};
  repeated.split.train = {0, 0, 1, 2, 3, 3, 3};
  repeated.split.validation = repeated.split.train;
  const TrainState a = trained(config, weighted), b = trained(config, repeated);
  CHECK(distance(at::tensor(a.members[0].parameters), at::tensor(b.members[0].parameters)) < 1e-5);
  CHECK(a.history.back().train_loss == Approx(b.history.back().train_loss).epsilon(1e-5));
  CHECK(a.history.back().validation_loss == Approx(b.history.back().validation_loss).epsilon(1e-5));
  CHECK(distance(at::tensor(a.members[0].parameters),
                 at::tensor(trained(config, line_with_noise(4, 0)).members[0].parameters)) > 1e-3);
}

TEST_CASE("a row of weight 0 is not learned") {
  Config config = linear_by_sgd(20, 100);
  TrainingData prepared = line_with_noise(4, 0);
  prepared.weights = {1, 1, 0, 1};
  const TrainState once = trained(config, prepared);
  prepared.labels.numbers[2] = 1000;
  check_same(once, trained(config, prepared));
}

TEST_CASE("a learning rate that is far too large is told with the step, the rows and the cure") {
  Config config = linear_by_sgd(5, 1);
  config.train.learning_rate = 1e30;
  TrainingData prepared = regression({1}, 1, {1});
  CHECK(error_of(config, prepared) ==
        "epoch 2, step 2: the loss is not finite, in row 1 of the table; no column's values there are "
        "extreme; a smaller "
        "train.learning_rate (now 1e+30) usually helps");
}

TEST_CASE("the columns to diagnose_non_finite for a loss that is not finite are named") {
  Config config = linear_by_sgd(5, 2);
  TrainingData prepared = regression({1, 1e30f, 2, 3}, 2, {1, 2});
  CHECK(error_of(config, prepared) ==
        "epoch 1, step 1: the loss is not finite, in rows 2 and 1 of the table; extreme values: 'x1' is 1e+30 "
        "standard deviations from "
        "its mean in row 1; a smaller train.learning_rate (now 0.05) usually helps");
}

TEST_CASE("a gradient that is not finite ends the run though the loss is finite") {
  // Weights of zero predict 0 for every row.
  const TrainState zeros{.members = {{.parameters = std::vector<float>(32), .first = std::vector<float>(32)}}};
  CHECK(error_of(linear_by_sgd(5, 1), regression({3e38f}, 1, {1}), zeros) ==
        "epoch 1, step 1: the gradient is not finite, in row 1 of the table; extreme values: 'x0' is 3e+38 "
        "standard deviations from its "
        "mean in row 1; a smaller train.learning_rate (now 0.05) usually helps");
}

TEST_CASE("a validation loss that is not finite ends the run") {
  Config config = linear_by_sgd(5, 1);
  TrainingData prepared = regression({1, INFINITY}, 1, {1, 2}, 1);
  CHECK(error_of(config, prepared) ==
        "epoch 1, step 1: the validation loss is not finite, in row 2 of the table; extreme values: 'x0' is "
        "inf standard deviations from "
        "its mean in row 2; a smaller train.learning_rate (now 0.05) usually helps");
}

TEST_CASE("the best weights come out in the order of the parameters, with the temperature that fits them") {
  Config config = eventful();
  config.train.calibration = Calibration::kTemperature;
  const TrainingData prepared = three_clouds(60, 20);
  const Network network = network_for(prepared, config);
  const TrainState state = trained(config, prepared);
  const Best best = best_of(config, network, prepared, {}, state);
  REQUIRE(best.members.size() == 2);
  const std::vector<float>& flat = state.members[1].best;
  CHECK(best.members[1][0] == std::vector<float>(flat.begin(), flat.begin() + 16));
  CHECK(best.members[1][1] == std::vector<float>(flat.begin() + 16, flat.begin() + 24));
  CHECK(static_cast<size_t>(nn::Mlp(network, {}).parameters().numel()) == flat.size());
  CHECK(best.validation.temperature != 1);
  config.train.calibration = Calibration::kNone;
  CHECK(best_of(config, network, prepared, {}, state).validation.temperature == 1);
}

TEST_CASE("the time of a step is measured without a trace") {
  const Config config = eventful();
  const TrainingData prepared = three_clouds(60, 20);
  const StepTime time = time_step(config, network_for(prepared, config), prepared, {});
  CHECK(time.seconds > 0);
  CHECK(time.steps == 15);
}

TEST_CASE("threads are as many as are asked for, else what the work is worth") {
  Config config = plain_config();
  const Network small{.widths = {10, 64, 1}, .dense = 10, .numbers = 10};
  CHECK(thread_count(config, small) == 1);
  const Network large{.widths = {1000, 1000, 1}, .dense = 1000, .numbers = 1000};
  CHECK(thread_count(config, large) == static_cast<int>(std::thread::hardware_concurrency()));
  CHECK(thread_count(config, {.widths = {10, 64, 1}, .members = 2}) ==
        static_cast<int>(std::thread::hardware_concurrency()));
  config.threads = 7;
  CHECK(thread_count(config, small) == 7);
}
