#include "table/record_blocks.h"

#include "base/error.h"
#include "base/pipeline.h"
#include "catch.h"
#include "features.h"
#include "memory_source.h"
#include "predict/predictor.h"
#include "table/csv.h"
#include "table/record_encoder.h"

using namespace mdl;

namespace {

/// Never to be waited for.
class Text final : public ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)), left_(text_) {}

  size_t read(char* to, size_t size) override { return left_.read(to, size); }
  bool would_wait() override { return false; }

 private:
  std::string text_;
  HeldBytes left_;
};

constexpr RecordSyntax kCsv{.delimiter = ',', .quote = '"', .comment = '#'};

/// The blocks as "line: bytes".
std::vector<std::string> blocks(std::unique_ptr<ByteSource> text, size_t size, const RecordSyntax& syntax = kCsv,
                                std::string_view begun = "") {
  RecordBlocks blocks(begun, std::move(text), 2, syntax, size);
  std::vector<std::string> found;
  for (RecordBlock block; blocks.next(block);)
    found.push_back(std::to_string(block.line) + ": " + std::string(block.bytes.data(), block.size));
  CHECK(blocks.ended());
  return found;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("blocks end at the last record's end that is there, the last one where the text does") {
  CHECK(blocks(std::make_unique<Text>("1,2\n3,4\n5,6\n7,8"), 6) ==
        Strings{"2: 1,2\n", "3: 3,4\n", "4: 5,6\n", "5: 7,8"});
  CHECK(blocks(std::make_unique<Text>("1,2\n3,4\n"), 100) == Strings{"2: 1,2\n3,4\n"});
  CHECK(blocks(std::make_unique<Text>("4\n"), 2, kCsv, "1\n2\n3") == Strings{"2: 1\n2\n", "4: 34\n"});
  CHECK(blocks(std::make_unique<Text>(""), 2).empty());
}

TEST_CASE("a block ends rather than wait") {
  CHECK(blocks(std::make_unique<MemorySource>("1,2\n3,4\n5,6", 2), 100) == Strings{"2: 1,2\n", "3: 3,4\n", "4: 5,6"});
}

TEST_CASE("no block ends in quotes, which open where a field begins and nowhere else") {
  const auto records = [](const std::string& text, const RecordSyntax& syntax = kCsv) {
    const auto found = blocks(std::make_unique<MemorySource>(text, 1), 1, syntax);
    return found.size();
  };
  CHECK(records("\"a\nb\",c\nd,e\n") == 2);
  CHECK(records("a,\"b\n\"\"\n\"\nd,e\n") == 2);
  CHECK(records("5\" disk,b\nd,e\n") == 2);
  CHECK(records("a,b\"\nc,\"d\n\"\n") == 2);
  CHECK(records("\"\",\"\"\n\"\"\n") == 2);
  CHECK(records("\n\n\r\na\n") == 4);
  CHECK(records("# a \"quote\na\n#\"\n\"b\n#\"\n") == 4);
  CHECK(records("a#\"\n\"b\n#\"\n") == 2);
  CHECK(records("'a\n','b\n'\n\"\n", {.delimiter = ',', .quote = '\''}) == 2);
  CHECK(records("\"a\n\"b\n", {}) == 2);
}

TEST_CASE("what reading throws comes where a reader of the whole would meet it") {
  class Broken final : public ByteSource {
   public:
    size_t read(char* to, size_t size) override {
      if (text_.size_hint() == 0) fail("x.csv: is damaged");
      return text_.read(to, size);
    }
    bool would_wait() override { return false; }

   private:
    HeldBytes text_{"a,b\n1,2\n3,4\n5,"};
  };
  CsvReader csv(std::make_unique<Broken>(), "x.csv");
  const auto records = csv.block_reader();
  const auto blocks = csv.blocks(4);
  size_t rows = 0;
  const auto read = [&] {
    for (RecordBlock block; blocks->next(block);) {
      records->read(block);
      while (records->next()) ++rows;
    }
  };
  CHECK_THROWS_WITH(read(), "x.csv: is damaged");
  CHECK(rows == 2);
  CHECK(blocks->ended());
}

TEST_CASE("threads read, encode and score blocks as one would the whole") {
  Model model;
  model.target = {.name = "y", .task = Task::kMulticlass, .classes = {"a", "b", "c"}};
  model.encoder.features = {{.name = "x"}, embedded("c", {"k0", "k1", "k2"})};
  model.network = {.dense = 1, .numbers = 1, .embeddings = {4}};
  model.network.widths = {model.network.input_width(), 9, 3};
  Values values;
  for (const Parameter& parameter : parameters_of(model.network)) {
    auto& numbers = values.emplace_back(static_cast<size_t>(parameter.size()));
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i * 7919 % 13) / 13 - 0.5F;
  }
  model.members.push_back(values);

  std::string table = "c,x\n";
  constexpr size_t kRows = 5000;
  for (size_t i = 0; i < kRows; ++i)
    table += (i % 3 == 0 ? "\"k" : "k") + std::to_string(i % 5) + (i % 3 == 0 ? "\"," : ",") + std::to_string(i) + "\n";

  const auto answers = [&](size_t threads, int64_t& unseen) {
    Predictor predictor(model, threads);
    REQUIRE(predictor.callers() == threads);
    struct Answered {
      RecordBlock block;
      EncodedRows rows;
      Predictions predictions;
    };
    CsvReader csv(std::make_unique<Text>(table), "x.csv");
    std::vector<std::unique_ptr<TextReader>> readers;
    std::vector<RecordEncoder> encoders(threads, RecordEncoder(model.encoder, csv));
    for (size_t i = 0; i < threads; ++i) readers.push_back(csv.block_reader());
    std::vector<double> found;
    Pipeline<Answered> pipeline(
        2 * threads + 1, threads,
        [&](Answered& block, size_t thread) {
          readers[thread]->read(block.block);
          while (readers[thread]->next()) {
            if (encoders[thread].append(*readers[thread], block.rows)) fail("{}: is bad", readers[thread]->where());
          }
          predictor.predict_on(thread, block.rows, block.predictions);
        },
        [&](Answered& block) {
          const auto& probabilities = block.predictions.probabilities;
          found.insert(found.end(), probabilities.begin(), probabilities.end());
          block.rows.clear();
        });
    const auto blocks = csv.blocks(999);
    while (blocks->next(pipeline.batch().block)) pipeline.push();
    pipeline.flush();
    for (const RecordEncoder& encoder : encoders) unseen += encoder.unseen()[0].unseen;
    return found;
  };
  int64_t unseen = 0, expected_unseen = 0;
  const auto expected = answers(1, expected_unseen);
  REQUIRE(expected.size() == 3 * kRows);
  CHECK(expected_unseen == 2 * kRows / 5);
  CHECK(answers(4, unseen) == expected);
  CHECK(unseen == expected_unseen);
}
