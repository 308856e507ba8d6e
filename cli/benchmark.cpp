#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/console.h"
#include "base/counted.h"
#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/signals.h"
#include "base/text.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/compute.h"
#include "cli/protection_flags.h"
#include "io/output.h"
#include "metrics/interval.h"
#include "predict/predictor.h"

namespace mdl {
namespace {

struct BenchmarkFlags {
  std::string model;
  std::vector<int64_t> batches = {1, 32, 1024, 16384};
  std::vector<int64_t> threads;  // empty: 1 and one for each processor
  double seconds = 1;
  std::string format = "text";
  std::string output = "-";
  std::string device = "auto";
  ProtectionFlags protection;
};

using Clock = std::chrono::steady_clock;

constexpr int64_t kMostRows = 1'000'000, kMostThreads = 1024;
constexpr double kLongest = 3600;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Measurement {
  int64_t threads = 0, batch = 0, calls = 0;
  double rows_per_second = 0;
  double p50 = 0, p90 = 0, p99 = 0;  // of a call's duration, in seconds
};

/// Rows as the model might meet them: numbers around the center, one in 20 missing, each category and "unseen" as
/// often.
EncodedRows draw_rows(const Encoder& encoder, size_t count) {
  constexpr double kMissing = 0.05;
  EncodedRows rows;
  const Random kinds(0, Purpose::kBootstrap, 0), values(0, Purpose::kBootstrap, 1);
  uint64_t next = 0;
  const std::vector<EncodedPlace> places = encoder.places();
  for (size_t row = 0; row < count; ++row) {
    const EncodedCell first = rows.add_row(encoder.numeric_count(), encoder.indexed_count());
    for (size_t f = 0; f < places.size(); ++f) {
      const uint64_t place = next++;
      const Feature& feature = encoder.features[f];
      const EncodedCell cell = first.at(places[f]);
      if (const NumericColumn* number = feature.number()) {
        const bool missing = kinds.uniform(place) < kMissing;
        feature.encode(missing ? NAN : number->center + number->scale * values.normal(place), encoder.scaling, cell);
      } else if (feature.inputs().bag) {
        constexpr double kMostElements = 100;
        std::vector<int32_t> bag(1 + static_cast<size_t>(kinds.uniform(place) * kMostElements));
        const auto elements = static_cast<double>(*feature.inputs().indices);
        for (size_t i = 0; i < bag.size(); ++i)
          bag[i] = 1 + static_cast<int32_t>(Random(0, Purpose::kBootstrap, 2).uniform(place * 100 + i) * elements);
        *cell.index = rows.bags.add(std::move(bag));
      } else {
        const auto choices = static_cast<double>(*feature.inputs().indices + 1);
        *cell.index = static_cast<int32_t>(kinds.uniform(place) * choices) - 1;
      }
    }
  }
  return rows;
}

/// Calls `predictor` for `seconds`, at least kFewest times, after a fifth of that for warming up.
Measurement measure(Predictor& predictor, const EncodedRows& rows, int64_t batch, double seconds) {
  constexpr size_t kFewest = 3;
  const auto size = static_cast<size_t>(batch);
  std::vector<double> durations;
  Predictions predictions;
  size_t begin = 0;
  const auto call_for = [&](double time) {
    durations.clear();
    const auto start = Clock::now();
    while (durations.size() < kFewest || seconds_since(start) < time) {
      const auto called = Clock::now();
      predictor.predict(rows, begin, size, predictions);
      durations.push_back(seconds_since(called));
      begin = begin + 2 * size <= rows.rows ? begin + size : 0;
      if (stop_signal() != 0) throw Interrupted("the benchmark");
    }
    return seconds_since(start);
  };
  call_for(seconds / 5);
  const double time = call_for(seconds);
  std::sort(durations.begin(), durations.end());
  const auto calls = static_cast<int64_t>(durations.size());
  return {.batch = batch,
          .calls = calls,
          .rows_per_second = static_cast<double>(calls * batch) / time,
          .p50 = quantile(durations, 0.5),
          .p90 = quantile(durations, 0.9),
          .p99 = quantile(durations, 0.99)};
}

std::string text(const std::vector<Measurement>& measurements, const std::string& model, const std::string& device) {
  std::string out = fmt::format("{} on {}\n\n{:>7} {:>9} {:>13} {:>11} {:>11} {:>11}\n", model, device, "threads",
                                "batch", "rows/s", "p50 ms", "p90 ms", "p99 ms");
  for (const Measurement& m : measurements) {
    out += fmt::format("{:>7} {:>9} {:>13} {:>11.4f} {:>11.4f} {:>11.4f}\n", m.threads, grouped(m.batch),
                       grouped(std::llround(m.rows_per_second)), m.p50 * 1e3, m.p90 * 1e3, m.p99 * 1e3);
  }
  return printable_lines(out);
}

std::string json(const std::vector<Measurement>& measurements, const std::string& model, const std::string& device) {
  nlohmann::ordered_json document = {
      {"model", model}, {"device", device}, {"results", nlohmann::ordered_json::array()}};
  for (const Measurement& m : measurements) {
    document["results"].push_back({{"threads", m.threads},
                                   {"batch", m.batch},
                                   {"calls", m.calls},
                                   {"rows_per_second", m.rows_per_second},
                                   {"latency_ms", {{"p50", m.p50 * 1e3}, {"p90", m.p90 * 1e3}, {"p99", m.p99 * 1e3}}}});
  }
  document["versions"] = {{"mdl", MDL_VERSION}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int run_benchmark(const BenchmarkFlags& flags) {
  apply(flags.protection);
  expect_not_read("--output", flags.output, {flags.model});
  const auto outside = [](const std::vector<int64_t>& values, int64_t most) {
    return std::any_of(values.begin(), values.end(), [&](int64_t n) { return n < 1 || n > most; });
  };
  if (outside(flags.batches, kMostRows)) wrong_flags("--batch takes whole numbers from 1 to {}", kMostRows);
  if (outside(flags.threads, kMostThreads)) wrong_flags("--threads takes whole numbers from 1 to {}", kMostThreads);
  if (!(flags.seconds > 0 && flags.seconds <= kLongest))
    wrong_flags("--seconds takes a number above 0 and at most {}", kLongest);

  const Model model = load_model(flags.model);
  const std::string name = input_name(flags.model);
  std::string device;

  std::vector<int64_t> threads = flags.threads;
  if (threads.empty()) {
    threads = {1};
    if (const int64_t all = std::thread::hardware_concurrency(); all > 1) threads.push_back(all);
  }
  const auto largest = static_cast<size_t>(*std::max_element(flags.batches.begin(), flags.batches.end()));
  constexpr size_t kFewestRows = 1024;
  const EncodedRows rows = draw_rows(model.encoder, std::max(largest, kFewestRows));

  Console console(/*quiet=*/false);
  std::vector<Measurement> measurements;
  for (const int64_t count : threads) {
    Predictor predictor = predictor_for(model, flags.device, static_cast<size_t>(count));
    device = predictor.device();
    for (const int64_t batch : flags.batches) {
      const auto done = static_cast<double>(measurements.size()) /
                        static_cast<double>(threads.size() * flags.batches.size());
      console.progress(done, fmt::format("{}, {} a call", counted(count, "thread"), counted(batch, "row")));
      Measurement measured = measure(predictor, rows, batch, flags.seconds);
      measured.threads = count;
      measurements.push_back(measured);
    }
  }
  write_file(flags.output,
             flags.format == "json" ? json(measurements, name, device) : text(measurements, name, device));
  return 0;
}

}  // namespace

Run setup_benchmark(CLI::App& app) {
  const auto flags = std::make_shared<BenchmarkFlags>();
  const auto list = [&](const char* name, std::vector<int64_t>& values, const char* help) {
    app.add_option(name, values, help)->type_name("N[,N...]")->delimiter(',')->allow_extra_args(false);
  };
  app.add_option("model", flags->model, "a model file")->required()->type_name("MODEL");
  list("--batch", flags->batches, "batch sizes to measure (default: 1,32,1024,16384)");
  list("--threads", flags->threads, "numbers of threads to measure (default: 1 and the number of processors)");
  app.add_option("--seconds", flags->seconds, "duration of each measurement (default: 1)")->type_name("S");
  app.add_option("--format", flags->format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--output", flags->output, "output file (default: standard output)")->type_name("FILE");
  add_device(app, flags->device);
  add_protection_flags(app, flags->protection);
  app.footer(
      "Times calls that turn encoded rows into predictions, after a warm-up; reading and writing tables is not "
      "included.\n"
      "Rows are sampled from the model's feature histograms. Latencies are given as percentiles.\n\n"
      "Example:\n"
      "  mdl benchmark runs/credit/model.safetensors --batch 1,1000 --threads 1,2");
  return [flags] { return run_benchmark(*flags); };
}

}  // namespace mdl
