#include "train/state.h"

#include <cmath>
#include <fstream>

#include "catch.h"
#include "io/input.h"
#include "modelfile/safetensors.h"
#include "state_files.h"
#include "table_files.h"

using namespace mdl;

namespace {

TrainState some_state() {
  TrainState state;
  state.members = {{.step = 7,
                    .loss_sum = 0.1 + 0.2,
                    .loss_rows = 40,
                    .parameters = {1, -0.0f, 1e-45f},
                    .first = {4, 5, 6},
                    .second = {7, 8, 9},
                    .best = {3, 2, 1}},
                   {.step = 6,
                    .loss_sum = 1e-300,
                    .loss_rows = 39,
                    .parameters = {0.1f, 2, 3},
                    .first = {4, 5, 6},
                    .second = {-7, 8, 9},
                    .best = {3, -2, 1}}};
  state.plateau = {.factor = 0.25, .best = 0.1 + 0.7, .bad = 3};
  state.history = {
      {.epoch = 1,
       .step = 5,
       .train_loss = 0.3,
       .validation_loss = 1 / 3.0,
       .validation = {{Metric::kAccuracy, 0.9}},
       .learning_rate = 1e-3,
       .seconds = 0.25},
      {.epoch = 2, .step = 6, .train_loss = 0.2, .validation_loss = 0.5, .learning_rate = 1e-4, .seconds = 0.5}};
  state.seconds = 12.5;
  state.finished = true;
  state.changes = {"train.epochs was 10, is 20", "\xC3\xBC\n\""};
  return state;
}

const RunFingerprint kIdentity = {{"train.epochs", "10"}, {"the data", "checksum 1a2b3c4d"}};

}  // namespace

TEST_CASE("a state that was written is read as it was") {
  const TableFiles files;
  const TrainState state = some_state();
  write_state(files / "last.safetensors", state, kIdentity);
  const std::optional<SavedRun> saved = read_state(files / "last.safetensors");
  REQUIRE(saved);
  CHECK(saved->identity == kIdentity);
  REQUIRE(saved->state.members.size() == 2);
  for (size_t m = 0; m < 2; ++m) {
    const MemberState &was = state.members[m], &is = saved->state.members[m];
    CHECK(is.step == was.step);
    CHECK(is.loss_sum == was.loss_sum);
    CHECK(is.loss_rows == was.loss_rows);
    CHECK(is.parameters == was.parameters);
    CHECK(is.first == was.first);
    CHECK(is.second == was.second);
    CHECK(is.best == was.best);
  }
  CHECK(std::signbit(saved->state.members[0].parameters[1]));
  CHECK(saved->state.plateau.factor == 0.25);
  CHECK(saved->state.plateau.best == 0.1 + 0.7);
  CHECK(saved->state.plateau.bad == 3);
  REQUIRE(saved->state.history.size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    const EpochRecord &was = state.history[i], &is = saved->state.history[i];
    CHECK(is.epoch == was.epoch);
    CHECK(is.step == was.step);
    CHECK(is.train_loss == was.train_loss);
    CHECK(is.validation_loss == was.validation_loss);
    CHECK((is.validation == was.validation));
    CHECK(is.learning_rate == was.learning_rate);
    CHECK(is.seconds == was.seconds);
  }
  CHECK(saved->state.seconds == 12.5);
  CHECK(saved->state.finished);
  CHECK(saved->state.changes == state.changes);
}

TEST_CASE("a state before the first evaluation has no best loss yet") {
  const TableFiles files;
  write_state(files / "last.safetensors", {.members = {{.step = 1, .parameters = {1}, .first = {2}}}}, {});
  const std::optional<SavedRun> saved = read_state(files / "last.safetensors");
  REQUIRE(saved);
  CHECK(saved->state.plateau.best == INFINITY);
  CHECK(saved->state.history.empty());
  CHECK(saved->state.members[0].best.empty());
  CHECK(saved->identity.empty());
}

TEST_CASE("whatever score is shown, a state holds it") {
  for (const auto& [metric, name] : kMetricNames) {
    TrainState state = some_state();
    for (EpochRecord& record : state.history) record.validation = {{metric, 0.25}};
    CAPTURE(name);
    CHECK(parse_state(format_state(state, kIdentity), "s").state.history[1].validation == Scores{{metric, 0.25}});
  }
}

TEST_CASE("trials are read as they were written") {
  TrainState state = some_state();
  state.trials = {{.history = state.history}, {.history = state.history, .best = {{1, 2, 3}, {-4, 5, 6}}}};
  state.trials[1].history[0].validation_loss = 0.1;
  state.history.clear();
  state.chosen = true;
  for (MemberState& member : state.members) member.average = {7, 8, 9};
  const auto read = [](const TrainState& written) { return parse_state(format_state(written, kIdentity), "s").state; };
  const TrainState is = read(state);
  CHECK(is.chosen);
  REQUIRE(is.trials.size() == 2);
  CHECK(is.trials[0].best.empty());
  CHECK(is.trials[1].best == state.trials[1].best);
  CHECK(is.trials[1].history[0].validation_loss == 0.1);
  CHECK(is.members[1].average == std::vector<float>{7, 8, 9});
  CHECK(&history_of(is) == &is.trials[1].history);

  const auto refused = [&](auto change) {
    TrainState damaged = state;
    change(damaged);
    CHECK_THROWS_WITH(read(damaged), "s: cannot be resumed: its parts do not fit each other; --force starts a new run");
  };
  refused([](TrainState& damaged) { damaged.trials[1].best.clear(); });
  refused([](TrainState& damaged) { damaged.trials[0].history.clear(); });
  refused([](TrainState& damaged) { damaged.trials.clear(); });
  refused([](TrainState& damaged) { damaged.history = damaged.trials[0].history; });
  refused([](TrainState& damaged) { damaged.members[0].average.pop_back(); });
  refused([](TrainState& damaged) { damaged.members[1].average.clear(); });
}

TEST_CASE("a damaged state is refused") {
  const TableFiles files;
  const std::string path = files / "last.safetensors";
  write_state(path, some_state(), kIdentity);
  const std::string whole = read_file(path, 1 << 20);
  const auto error_of = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return files.error([&] { read_state(path); });
  };
  for (size_t size = 0; size < whole.size(); size += 31) {
    INFO(size << " bytes");
    CHECK(error_of(whole.substr(0, size)) ==
          "last.safetensors: cannot be resumed: it is damaged or cut off; --force starts a new run");
  }
  const auto error_with = [&](auto change) {
    Safetensors file = parse_safetensors(whole, "x");
    change(file);
    return error_of(format_safetensors(file));
  };
  CHECK(error_with([](Safetensors&) {}) == "none");
  CHECK(error_with([](Safetensors& file) { file.metadata["mdl.state"] = std::string("{"); }) ==
        "last.safetensors: cannot be resumed: mdl.state in its metadata is not JSON, at byte 2; --force starts a new "
        "run");
  CHECK(error_with([](Safetensors& file) { file.metadata["mdl.state"] = std::string("{}"); }) ==
        "last.safetensors: cannot be resumed: its description is damaged; --force starts a new run");
  CHECK(error_with([](Safetensors& file) { file.metadata.erase("mdl.run"); }) ==
        "last.safetensors: cannot be resumed: a part of it is missing; --force starts a new run");
  CHECK(error_with([](Safetensors& file) { file.tensors.erase("history"); }) ==
        "last.safetensors: cannot be resumed: a part of it is missing; --force starts a new run");
}

TEST_CASE("a state whose parts do not fit each other is refused") {
  const TableFiles files;
  const std::string path = files / "last.safetensors";
  const std::string refusal =
      "last.safetensors: cannot be resumed: its parts do not fit each other; --force starts a new run";
  const auto error_with = [&](auto change) {
    TrainState state = some_state();
    change(state);
    write_state(path, state, kIdentity);
    return files.error([&] { read_state(path); });
  };
  CHECK(error_with([](TrainState&) {}) == "none");
  CHECK(error_with([](TrainState& state) { state.members[1].parameters.push_back(1); }) == refusal);
  CHECK(error_with([](TrainState& state) { state.members[0].first.clear(); }) == refusal);
  CHECK(error_with([](TrainState& state) { state.members[1].second.clear(); }) == refusal);
  CHECK(error_with([](TrainState& state) { state.members[0].second.pop_back(); }) == refusal);
  CHECK(error_with([](TrainState& state) { state.members[1].best.clear(); }) == refusal);
  CHECK(error_with([](TrainState& state) { state.members[0].best.push_back(1); }) == refusal);
  const auto error_of_tensor = [&](const char* name, const TensorData& tensor) {
    write_state(path, some_state(), kIdentity);
    Safetensors file = parse_safetensors(read_file(path, 1 << 20), "x");
    file.tensors[name] = tensor;
    std::ofstream(path, std::ios::binary) << format_safetensors(file);
    return files.error([&] { read_state(path); });
  };
  CHECK(error_of_tensor("0.parameters", TensorData::of<int64_t>(DType::kI64, {3}, {1, 2, 3})) ==
        "last.safetensors: cannot be resumed: tensor 0.parameters has another type or shape than the network "
        "needs; --force starts a new run");
  CHECK(error_of_tensor("history", TensorData::of<float>(DType::kF32, {2, 8}, std::vector<float>(16))) ==
        "last.safetensors: cannot be resumed: tensor history has another type or shape than the network needs; "
        "--force starts a new run");
  CHECK(error_of_tensor("history", TensorData::of<double>(DType::kF64, {2, 9}, std::vector<double>(18))) ==
        "last.safetensors: cannot be resumed: tensor history has another type or shape than the network needs; "
        "--force starts a new run");
}

TEST_CASE("a state with a number that no run could have left is refused") {
  const auto why = [](auto change) {
    TrainState state = some_state();
    change(state);
    try {
      parse_state(format_state(state, kIdentity), "s");
    } catch (const Error& error) {
      const std::string text = error.what(), start = "s: cannot be resumed: ", end = "; --force starts a new run";
      return text.starts_with(start) && text.ends_with(end)
                 ? text.substr(start.size(), text.size() - start.size() - end.size())
                 : text;
    }
    return std::string("accepted");
  };
  const std::string history = "its history is damaged", parts = "its parts do not fit each other";
  CHECK(why([](TrainState&) {}) == "accepted");
  CHECK(why([](TrainState& state) { state.members[0].step = -1; }) == "'-1' in it is not a whole number in range");
  CHECK(why([](TrainState& state) { state.members[1].step = INT64_MAX; }) ==
        "'9223372036854775807' in it is not a whole number in range");
  CHECK(why([](TrainState& state) { state.members[1].step = 5; }) == parts);  // the last evaluation was later
  CHECK(why([](TrainState& state) { state.members[0].loss_rows = -3; }) == "'-3' in it is not a whole number in range");
  CHECK(why([](TrainState& state) { state.plateau.bad = -1; }) == "'-1' in it is not a whole number in range");
  CHECK(why([](TrainState& state) { state.plateau.factor = 2; }) == "'2.0' in it is outside 0 to 1");
  CHECK(why([](TrainState& state) { state.seconds = -1; }) == "its seconds are out of range");
  CHECK(why([](TrainState& state) { state.seconds = 1e300; }) == "its seconds are out of range");
  for (const double bad : {double(NAN), double(INFINITY)}) {
    const std::string not_finite = "tensor history holds a value that is not finite";
    CHECK(why([&](TrainState& state) { state.history[0].train_loss = bad; }) == not_finite);
    CHECK(why([&](TrainState& state) { state.history[1].validation_loss = bad; }) == not_finite);
    CHECK(why([&](TrainState& state) { state.history[1].seconds = bad; }) == not_finite);
    CHECK(why([&](TrainState& state) { state.members[0].best[1] = static_cast<float>(bad); }) ==
          "tensor 0.best holds a value that is not finite");
  }
  CHECK(why([](TrainState& state) { state.history[0].step = 0; }) == history);
  CHECK(why([](TrainState& state) { state.history[1].step = 5; }) == history);  // as the one before
  CHECK(why([](TrainState& state) { state.history[1].step = 1'000'000'000'000'000'000; }) == history);
  CHECK(why([](TrainState& state) { state.history[0].epoch = 3; }) == history);  // falls afterwards
  CHECK(why([](TrainState& state) { state.history[1].epoch = 7; }) == history);  // more epochs than steps
  CHECK(why([](TrainState& state) { state.history[0].validation[0].first = static_cast<Metric>(99); }) == history);
  CHECK(why([](TrainState& state) {  // finished before anything was evaluated
          state.history.clear();
          for (MemberState& member : state.members) member.best.clear();
        }) == parts);
}

TEST_CASE("a state that holds more than a run leaves is refused") {
  const auto why = [](auto change) {
    Safetensors file = parse_safetensors(format_state(some_state(), kIdentity), "s");
    change(file);
    try {
      parse_state(format_safetensors(file), "s");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto add_key = [](const char* at) {
    return [at](Safetensors& file) {
      std::string& text = file.metadata.at("mdl.state");
      text.insert(text.find(at), "\"more\":1,");
    };
  };
  CHECK(why([](Safetensors&) {}) == "accepted");
  CHECK(why(add_key("\"step\"")) ==
        "s: cannot be resumed: its description has the unknown key 'more'; --force starts a new run");
  CHECK(why(add_key("\"finished\"")) ==
        "s: cannot be resumed: its description has the unknown key 'more'; --force starts a new run");
  CHECK(why([](Safetensors& file) { file.tensors["2.best"] = TensorData::of<float>(DType::kF32, {1}, {1}); }) ==
        "s: cannot be resumed: tensor '2.best' is unexpected; --force starts a new run");
  CHECK(why([](Safetensors& file) { file.metadata["mdl.model"] = "{}"; }) ==
        "s: cannot be resumed: its metadata has an unknown key; --force starts a new run");
}

TEST_CASE("differences are told in sentences") {
  CHECK(differences(kIdentity, kIdentity).empty());
  CHECK(differences({{"train.epochs", "10"}, {"model.dropout", "0.1"}, {"the data", "checksum 1"}},
                    {{"train.epochs", "20"}, {"the data", "checksum 1"}, {"train.seed", "3"}}) ==
        std::vector<std::string>{"train.epochs was 10, is 20", "model.dropout was 0.1, is not set",
                                 "train.seed was not set, is 3"});
}
