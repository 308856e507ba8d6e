#include "train/streaming.h"

#include <cmath>
#include <filesystem>

#include "base/compressor.h"
#include "base/random.h"
#include "catch.h"
#include "modelfile/encoder_part.h"
#include "modelfile/safetensors.h"
#include "table/spilled_table.h"
#include "table_files.h"
#include "train/load.h"

using namespace mdl;

namespace {

/// Numbers of few and of many values, some missing; codes that turn out to be numbers; categories, rare ones and two
/// spellings of one; dates; a row number.
std::string table(size_t rows, const char* task = "class", size_t first = 0) {
  std::string text = "id,few,many,late,colour,day,w,y\n";
  const Random random(3, Purpose::kSample);
  for (size_t row = first; row < first + rows; ++row) {
    const double a = random.normal(4 * row), b = random.uniform(4 * row + 1);
    const auto some = static_cast<size_t>(random.bits(4 * row + 3) % 1000);
    const std::string y = std::string(task) == "class" ? (a + b > 0.5 ? "good" : "bad") : fmt::format("{:.3f}", a + b);
    text += fmt::format("{},{},{:.6f},{},{},2024-{:02}-{:02},{},{}\n", row,
                        some % 7 == 0 ? "" : fmt::format("{}", some % 5), a, row < 1500 ? row % 700 : row * 3,
                        some < 3   ? fmt::format("rare{}", some)
                        : some % 2 ? "1.0"
                                   : "red",
                        1 + some % 12, 1 + some % 28, 1 + some % 3, some == 999 ? "" : y);
  }
  return text;
}

Config config_of(const std::vector<std::string>& paths, Streaming streaming) {
  Config config;
  config.data.train = paths;
  config.data.target = "y";
  config.data.weight = "w";
  config.data.streaming = streaming;
  config.data.memory = 200'000'000;
  config.model.clamp = true;
  config.output = std::filesystem::path(paths[0]).parent_path() / "run";
  config.train.folds = 0;
  resolve(config);
  return config;
}

TrainingData load(const Config& config) {
  Console quiet(true);
  return load_training_data(config, quiet);
}

std::string dumped(const Encoder& encoder) {
  Safetensors numbers;
  std::vector<std::string_view> texts;
  std::string dump = write_encoder(encoder, numbers, texts).dump() + format_safetensors(numbers);
  for (const std::string_view text : texts) dump += text;
  return dump;
}

}  // namespace

TEST_CASE("of a table of few rows, streamed and in memory, encoder, target and validation rows are the same") {
  const TableFiles files;
  for (const char* task : {"class", "number"}) {
    const std::string path = files.add("table.csv", table(6000, task));
    const TrainingData here = load(config_of({path}, Streaming::kOff)),
                       streamed = load(config_of({path}, Streaming::kOn));
    CHECK(dumped(here.encoder) == dumped(streamed.encoder));
    CHECK(here.class_priors == streamed.class_priors);
    CHECK(here.target.mean == streamed.target.mean);
    CHECK(here.target.scale == streamed.target.scale);
    CHECK(here.low == streamed.low);
    CHECK(here.high == streamed.high);
    CHECK(here.findings.unlabelled == streamed.findings.unlabelled);
    CHECK(here.split.train.size() == streamed.split.streamed);
    REQUIRE(here.split.validation.size() == streamed.split.validation.size());
    REQUIRE(streamed.cache->rows() == streamed.split.streamed);
    const size_t width = here.encoder.numeric_count(), indices = here.encoder.indexed_count();
    for (size_t i = 0; i < here.split.validation.size(); ++i) {
      const size_t a = here.split.validation[i], b = streamed.split.validation[i];
      for (size_t k = 0; k < indices; ++k)
        REQUIRE(here.rows.indices[a * indices + k] == streamed.rows.indices[b * indices + k]);
      REQUIRE(here.weights[a] == streamed.weights[b]);
    }
    CachedRows cached;
    streamed.cache->resize(cached, streamed.cache->rows());
    streamed.cache->read(0, streamed.cache->rows(), cached, 0);
    for (size_t i = 0; i < here.split.train.size(); ++i) {
      const size_t row = here.split.train[i];
      for (size_t k = 0; k < width; ++k) {
        const float a = here.rows.numbers[row * width + k], b = cached.rows.numbers[i * width + k];
        REQUIRE((a == b || (std::isnan(a) && std::isnan(b))));
      }
    }
  }
}

TEST_CASE("columns that are spilled are those in memory, however many threads and files, in blocks of any size") {
  const TableFiles files;
  const std::string all = files.add("all.csv", table(5000)), first = files.add("first.csv", table(1999)),
                    second = files.add("second.csv", table(3001, "class", 1999));
  DatasetOptions options;
  options.missing = kMissing;
  options.keep_texts = {"y"};
  const Dataset expected = read_dataset({all}, options);
  for (const size_t threads : {1, 3}) {
    for (const auto& paths : {std::vector{all}, std::vector{first, second}}) {
      SpilledTable spilled(paths, options, {.folder = files / "x", .memory = 1'000'000, .threads = threads});
      CHECK(spilled.block_rows() < 5000);
      CHECK(spilled.sample().size() < 5000);
      const Dataset table = spilled.take_table();
      REQUIRE(table.columns.size() == expected.columns.size());
      for (size_t c = 0; c < table.columns.size(); ++c) {
        const Column& column = expected.columns[c];
        Column found{.kind = table.columns[c].kind};
        CHECK(found.kind == column.kind);
        CHECK(table.columns[c].texts == column.texts);
        CHECK(table.columns[c].form == column.form);
        for (size_t block = 0; block < spilled.blocks(); ++block) spilled.load(c, block, found);
        for (size_t row = 0; row < 5000; ++row) {
          const size_t block = row / spilled.block_rows(), place = row % spilled.block_rows();
          if (column.kind == ColumnKind::kNumeric) {
            const double a = column.number(row), b = found.numbers[block][place];
            REQUIRE((a == b || (std::isnan(a) && std::isnan(b))));
          } else {
            REQUIRE(column.code(row) == found.codes[block][place]);
          }
        }
      }
    }
  }
}

TEST_CASE("what is wrong with a table that is streamed is said as of one in memory") {
  const TableFiles files;
  std::string text = table(3000);
  const auto same = [&](const std::string& bad) {
    const std::string path = files.add("bad.csv", bad);
    const std::string here = files.error([&] { load(config_of({path}, Streaming::kOff)); });
    CHECK(here != "none");
    CHECK(files.error([&] { load(config_of({path}, Streaming::kOn)); }) == here);
  };
  same(text + "1,2\n");
  same(text + "1,2,x,4,5,2024-01-01,1,good\n");
  same(text + "1,2,3,4,5,2024-01-01,-1,good\n");
  same(text + "1,2,3,4,5,2024-01-01,,good\n" + text.substr(text.find('\n') + 1));
  same("id,few,many,late,colour,day,w,y\n");
}

TEST_CASE("of a sample categories, shares and ranges are still those of all rows") {
  const TableFiles files;
  const std::string path = files.add("table.csv", table(20'000));
  Config small = config_of({path}, Streaming::kOn);
  small.data.memory = 2'000'000;
  const TrainingData here = load(config_of({path}, Streaming::kOff)), streamed = load(small);
  CHECK(streamed.split.validation.size() < here.split.validation.size());
  const auto categories = [](const TrainingData& data) {
    std::vector<std::string> found;
    for (const Feature& feature : data.encoder.features) {
      if (const ValueIndex* values = feature.categories()) found = values->values();
    }
    return found;
  };
  CHECK(categories(here).size() == 5);
  CHECK(categories(here) == categories(streamed));
  CHECK(streamed.class_priors[0] == Approx(here.class_priors[0]).epsilon(0.01));
  CHECK(streamed.findings.rows == 20'000);
  CHECK(streamed.encoder.features.size() == here.encoder.features.size());  // the row number is known for one
}

TEST_CASE("dictionaries that outgrow their share of the memory are refused by name") {
  const TableFiles files;
  std::string text = "name,y\n";
  for (size_t row = 0; row < 30'000; ++row) text += fmt::format("n{}x,{}\n", row, row % 3 == 0 ? "a" : "b");
  Config config = config_of({files.add("names.csv", text)}, Streaming::kOn);
  config.data.weight = "";
  config.data.memory = 4'000'000;
  const std::string error = files.error([&] { load(config); });
  CHECK(error.starts_with("names.csv: column 'name': has "));
  CHECK(error.find("data.ignore: [name]") != std::string::npos);
}
