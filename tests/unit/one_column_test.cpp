#include "train/one_column.h"

#include "catch.h"
#include "table/dataset.h"
#include "table_files.h"
#include "train/supervision.h"

using namespace mdl;

namespace {

/// Scores of the columns of a table of `rows` rows but of its target y; `line` gives each row's cells.
template <class Line>
std::vector<ColumnScore> scores_of(const std::string& header, size_t rows, Line line, const char* group = nullptr) {
  std::string text = header + "\n";
  for (size_t i = 0; i < rows; ++i) text += line(i) + "\n";
  Config config;
  config.data.target = "y";
  const Dataset table = table_of(text, {.missing = config.data.missing, .keep_texts = {"y"}});
  const Supervision known = supervision_of(config, table);
  std::vector<const Column*> features;
  for (const Column& column : table.columns) {
    if (column.name != "y" && (group == nullptr || column.name != group)) features.push_back(&column);
  }
  std::vector<uint32_t> train(rows);
  for (size_t i = 0; i < rows; ++i) train[i] = static_cast<uint32_t>(i);
  return one_column_scores(features, known.target, known.labels, train, group == nullptr ? nullptr : table.find(group));
}

size_t scattered(size_t i) { return i * 7919 % 10007; }
size_t otherwise_scattered(size_t i) { return i * i * 31 % 9973; }

}  // namespace

TEST_CASE("a column that holds the classes scores 1, one of chance and one of identifiers about a half") {
  const auto scores = scores_of("code,sick,id,chance,y", 1000, [](size_t i) {
    const bool yes = scattered(i) % 5 == 0;
    return fmt::format("{},{},u{},{},{}", yes ? 1.5 : 0.5 + static_cast<double>(i) / 2000, yes ? "2024-01-01" : "",
                       scattered(i), otherwise_scattered(i) % 17, yes ? "yes" : "no");
  });
  REQUIRE(scores.size() == 4);
  CHECK(scores[0].score > 0.999);
  CHECK(scores[1].score == 1);
  CHECK(scores[1].error == 0);
  CHECK(scores[2].score < 0.6);
  CHECK(scores[3].score < 0.6);
}

TEST_CASE("numbers are told by their value and by where they lie, those of a regression by lines") {
  const auto scores = scores_of("gross,noise,y", 1000, [](size_t i) {
    const double net = static_cast<double>(scattered(i)) / 10 + 0.5;
    return fmt::format("{},{},{}", net * 1.19 + 3, otherwise_scattered(i), net);
  });
  CHECK(scores[0].score > 0.9999);
  CHECK(scores[1].score < 0.2);
  const auto codes = scores_of("code,y", 1000, [](size_t i) {
    const size_t kind = scattered(i) % 30;
    return fmt::format("{},k{}", kind * 17 % 31, kind);
  });
  CHECK(codes[0].score > 0.99);
}

TEST_CASE("rows of a group are not predicted by each other") {
  const auto line = [](size_t i) { return fmt::format("{},p{},{}", i % 40 * 3 % 97, i % 40, i % 40 * 7 % 3 == 0); };
  CHECK(scores_of("birthday,patient,y", 2000, line)[0].score > 0.999);
  CHECK(scores_of("birthday,patient,y", 2000, line, "patient")[0].score < 0.9);
}

TEST_CASE("few rows tell nothing") {
  CHECK(scores_of("x,y", 99, [](size_t i) { return fmt::format("{},{}", i % 2, i % 2); }).empty());
}

TEST_CASE("a column gives the target away where it is nearly perfect and the others are far from it") {
  const ColumnScore leak{"leak", 0.999, 0.002}, other{"code", 1, 0}, far{"age", 0.7, 0.6}, near{"size", 0.96, 0.08};
  const auto found = find_giveaways({far, leak}, Task::kBinary);
  REQUIRE(found);
  CHECK(describe(*found) ==
        "column 'leak' alone predicts the target: roc_auc 0.9990 on a sample of rows, the next best column, 'age', "
        "0.7000; if it is known only with the answer, set data.ignore: [leak]");
  CHECK(describe_beside(*found, {{Metric::kRocAuc, 0.9995}}) ==
        "roc_auc: the model 0.9995, column 'leak' alone 0.9990, the next best column 0.7000; does 'leak' hold the "
        "answer?");
  const auto two = find_giveaways({far, leak, other}, Task::kBinary);
  REQUIRE(two);
  CHECK(describe(*two) ==
        "columns 'code' and 'leak' each alone predict the target: roc_auc 1.0000 and 0.9990 on a sample of rows, the "
        "next best column, 'age', 0.7000; if they are known only with the answer, set data.ignore: [code, leak]");
  CHECK_FALSE(find_giveaways({far, leak, near}, Task::kBinary));
  CHECK_FALSE(find_giveaways({leak}, Task::kBinary));
  CHECK_FALSE(find_giveaways({far, near}, Task::kBinary));
}
