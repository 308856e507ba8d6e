#include "report/report.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "catch.h"
#include "parsed.h"
#include "report/formatting.h"
#include "report/svg.h"

using namespace mdl;
using nlohmann::json;

namespace {

Report binary() {
  Report report;
  report.model = "runs/credit/model.safetensors";
  report.data = "holdout.csv";
  report.rows = 1203;
  report.task = Task::kBinary;
  report.scores = {{Metric::kAccuracy, 0.1 + 0.2}, {Metric::kF1, 0.7641}, {Metric::kRocAuc, 0.75}};
  report.intervals = {{Metric::kAccuracy, {0.2747, 0.3265}}, {Metric::kF1, {0.7301, 0.7952}}};
  report.baseline = {{Metric::kAccuracy, 0.25}, {Metric::kRocAuc, 0.5}, {Metric::kLogLoss, 0.00012345}};
  report.baseline_text = "always 'good'";
  report.classes = {"bad", "good"};
  report.per_class = {{0.5, 0.25, 0.333333, 3}, {{}, 1.0, {}, 1200}};
  report.confusion = {{1, 2}, {3, 1197}};
  report.ranked = {{0.9, true}, {0.8, true}, {0.8, false}, {0.1, true}, {0.0, false}};
  report.versions = {{"mdl", "0.1.0"}, {"libtorch", "2.13.0"}};
  return report;
}

Report multiclass() {
  Report report;
  report.model = "m";
  report.data = "-";
  report.rows = 12;
  report.skipped_unlabelled = 1;
  report.task = Task::kMulticlass;
  report.scores = {{Metric::kAccuracy, 0.5}};
  report.baseline = {{Metric::kAccuracy, 0.25}};
  report.baseline_text = "always 'Fr\xC3\xBCh'";
  report.classes = {"", "Fr\xC3\xBCh", "a\x1b[31m<b>&\xff", "\xE6\x9D\xB1\xE4\xBA\xAC"};
  report.per_class = {{1.0, 1.0, 1.0, 1}, {0.5, 0.5, 0.5, 4}, {0.5, 0.25, 0.125, 4}, {{}, 0.0, 0.0, 1}};
  report.confusion = {{1, 0, 0, 0}, {0, 2, 2, 0}, {0, 3, 1, 0}, {0, 0, 1, 0}};
  report.unknown_labels = {"new\n", "other"};
  report.unknown_label_rows = 2;
  return report;
}

Report regression() {
  Report report;
  report.model = "runs/diamonds/model.safetensors";
  report.data = "test.csv";
  report.rows = 1;
  report.task = Task::kRegression;
  report.scores = {{Metric::kRmse, 12345.678}, {Metric::kMae, 541.106}, {Metric::kR2, -0.5}, {Metric::kMape, 2.25e15}};
  report.intervals = {{Metric::kRmse, {8123.4, 23456.7}},
                      {Metric::kMae, {498.5, 601.25}},
                      {Metric::kR2, {-1.25, 0.125}},
                      {Metric::kMape, {1e15, 3e15}}};
  report.confidence = 0.999;
  report.baseline = {{Metric::kRmse, 3988.24}, {Metric::kMae, 99.5}, {Metric::kR2, 0}, {Metric::kMape, 1e300}};
  report.baseline_text = "always 3932.8";
  report.metric = Metric::kR2;
  return report;
}

Report training() {
  Report report = binary();
  report.epochs = {{1, 40, 0.7, 0.6, {{Metric::kAccuracy, 0.6}}, 0.001, 0.5},
                   {2, 80, 0.6, 0.4, {{Metric::kAccuracy, 0.8}}, 0.001, 1.0},
                   {3, 120, 0.5, 0.5, {{Metric::kAccuracy, 0.7}}, 0.001, 75.0}};
  return report;
}

/// `count` classes with long names that differ at the end; each is mistaken for the next.
Report many(size_t count) {
  Report report = multiclass();
  report.classes.clear();
  report.per_class.clear();
  report.confusion.assign(count, std::vector<int64_t>(count));
  for (size_t i = 0; i < count; ++i) {
    report.classes.push_back("a rather long name of a class \xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC" +
                             std::to_string(i));
    report.per_class.push_back({0.5, 0.5, 0.5, static_cast<int64_t>(i + 1) * 1000});
    report.confusion[i][(i + 1) % count] = static_cast<int64_t>(i + 1) * 1000;
  }
  return report;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == '\n') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  for (const std::string& line : lines(text)) widest = std::max(widest, display_width(line));
  return widest;
}

/// What is wrong with the nesting of the tags, or nothing.
std::string unbalanced(const std::string& html) {
  std::vector<std::string> open;
  for (size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const size_t end = html.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return "a tag in a tag: " + tag;
    const bool closes = tag[0] == '/';
    std::string name;
    for (size_t i = closes ? 1 : 0; i < tag.size() && std::isalnum(static_cast<unsigned char>(tag[i])); ++i)
      name += tag[i];
    if (tag[0] == '!' || tag.back() == '/' || name == "meta") continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "open at the end: " + open.back();
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

size_t occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the text report of two classes") {
  Report report = binary();
  report.gates = {{{Metric::kF1, 0.8}, 0.7641, Verdict::kFail},
                  {{Metric::kLogLoss, 0.505}, {}, Verdict::kFail},
                  {{Metric::kAccuracy, 0.25}, 0.3, Verdict::kPass}};
  CHECK(text_report(report) == R"(runs/credit/model.safetensors on holdout.csv: 1,203 rows, binary
The positive class is 'good', predicted from a probability of 0.5.
The baseline is always 'good'.

score      model     95 % interval  baseline
accuracy  0.3000  [0.2747, 0.3265]    0.2500
roc_auc   0.7500                 -    0.5000
f1        0.7641  [0.7301, 0.7952]         -
log_loss       -                 -  0.000123

class  precision  recall      f1  support
bad       0.5000  0.2500  0.3333        3
good           -  1.0000       -    1,200

confusion matrix (rows: true class, columns: predicted class)
      bad   good
bad     1      2
good    3  1,197

gate f1 >= 0.80: 0.7641 FAILED
gate log_loss <= 0.505: undefined FAILED
gate accuracy >= 0.25: 0.3000 passed
2 of 3 gates FAILED
)");
}

TEST_CASE("a report says where mape divides by zero") {
  Report report = regression();
  report.zero_targets = 1;
  const std::vector<std::string> said = {
      "The target is 0 in 1 row, by which mape divides: read mae or median_absolute_error."};
  CHECK(notes(report) == said);
  CHECK(parsed(json_report(report)).at("zero_targets") == 1);
}

TEST_CASE("unknown labels fail a report where they are a gate") {
  Report report = multiclass();
  report.unknown_labels_are_gate = true;
  REQUIRE(gate_lines(report).size() == 1);
  CHECK(gate_lines(report)[0].text() == "rows with unknown labels <= 0: 2 of 12 FAILED");
  CHECK(verdict_of(report) == Verdict::kFail);
  report.unknown_label_rows = 0;
  CHECK(verdict_of(report) == Verdict::kPass);
}

TEST_CASE("the text report of several classes escapes names, pads wide characters and counts what was left out") {
  CHECK(text_report(multiclass()) == R"(m on -: 12 rows, multiclass
1 row without a target is skipped.
2 rows with a label unknown to the model ('new\n' and 'other') count as wrong in
accuracy, precision, recall, F1 and the like; log_loss, brier, ece, roc_auc,
average_precision and calibration are of the other 10 rows.
The baseline is always 'Früh'.

score      model  baseline
accuracy  0.5000    0.2500

class              precision  recall      f1  support
''                    1.0000  1.0000  1.0000        1
Früh                  0.5000  0.5000  0.5000        4
a\x1b[31m<b>&\xff     0.5000  0.2500  0.1250        4
東京                       -  0.0000  0.0000        1

confusion matrix (rows: true class, columns: predicted class)
                   ''  Früh  a\x1b[31m<b>&\xff  東京
''                  1     0                  0     0
Früh                0     2                  2     0
a\x1b[31m<b>&\xff   0     3                  1     0
東京                0     0                  1     0
)");
}

TEST_CASE("the text report of a regression") {
  CHECK(text_report(regression()) == R"(runs/diamonds/model.safetensors on test.csv: 1 row, regression
The baseline is always 3932.8.

score       model           99.9 % interval     baseline
r2        -0.5000         [-1.2500, 0.1250]       0.0000
rmse       12,346          [8123.4, 23,457]       3988.2
mae        541.11          [498.50, 601.25]       99.500
mape   2.2500e+15  [1.0000e+15, 3.0000e+15]  1.0000e+300
)");
}

TEST_CASE("a gate that is missed narrowly shows the digits that tell") {
  CHECK(gate_line({{Metric::kF1, 0.8}, 0.79999, Verdict::kFail}).text() == "f1 >= 0.80: 0.79999 FAILED");
  CHECK(gate_line({{Metric::kRmse, 12345.3}, 12345.4, Verdict::kFail}).text() == "rmse <= 12345.3: 12345.4 FAILED");
  CHECK(gate_line({{Metric::kF1, 0.8}, 0.8, Verdict::kPass}).text() == "f1 >= 0.80: 0.8000 passed");
}

TEST_CASE("a gate that is undecided since there is no interval says so") {
  CHECK(gate_line({{Metric::kF1, 0.8}, 0.79, Verdict::kUndecided}).text() ==
        "f1 >= 0.80: 0.7900 (no interval of this confidence can be had from these rows) undecided");
  CHECK(gate_line({{Metric::kF1, 0.8}, std::nullopt, Verdict::kUndecided}).text() ==
        "f1 >= 0.80: undefined (no interval of this confidence can be had from these rows) undecided");
  CHECK(gate_line({{Metric::kF1, 0.8}, 0.79, Verdict::kUndecided, Interval{0.7, 0.9}}).text() ==
        "f1 >= 0.80: 0.7900 [0.7000, 0.9000] undecided");
}

TEST_CASE("names are cut between characters, by the columns they take") {
  CHECK(label_text("abcdefghijklmnop", 16) == "abcdefghijklmnop");
  CHECK(label_text("abcdefghijklmnopq", 16) == "abcdefghijklm...");
  CHECK(label_text("abcdefgh", 6) == "abcde.");
  CHECK(label_text("ab cdefgh", 4) == "ab.");
  CHECK(label_text("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 3) == "\xC3\xA4\xC3\xA4.");
  CHECK(label_text("\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1", 5) == "\xE6\x9D\xB1\xE4\xBA\xAC.");
  CHECK(label_text("\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1", 4) == "\xE6\x9D\xB1.");
  CHECK(label_text("\xff\n", 16) == "\\xff\\n");
  CHECK(label_text(std::string(1000, '\x80'), 16) == "\\x80\\x80\\x80\\...");
}

TEST_CASE("a text report fits 80 columns, whatever the names are") {
  for (const size_t count : {2, 3, 5, 10, 26, 27, 60}) {
    CAPTURE(count);
    Report report = many(count);
    report.model = "/a/folder/with/a/rather/long/name/that/goes/on/and/on/and/on/runs/credit/model.safetensors";
    report.data = "/another/folder/with/a/rather/long/name/that/goes/on/and/on/and/on/holdout.csv";
    report.unknown_labels = {std::string(500, 'x'), std::string(500, '\xff')};
    report.baseline_text = "always " + quote(std::string(500, 'x'));
    report.rows = 1'000'000'000;
    const std::string text = text_report(report);
    CHECK(widest_line(text) <= 80);
    CHECK(lines(text)[0] == "...t/model.safetensors on .../and/on/holdout.csv: 1,000,000,000 rows, multiclass");
  }
}

TEST_CASE("a text report fits 80 columns, however wide the intervals are") {
  Report report = regression();
  report.intervals = {{Metric::kRmse, {-1e300, -1e299}}};
  CHECK(widest_line(text_report(report)) == 62);
}

TEST_CASE("the columns of a confusion matrix are cut before its rows are") {
  Report report = multiclass();
  report.classes = {"one category", "two category", "three cats", "four", "five of them", "six category", "seven"};
  report.per_class.assign(7, {1.0, 1.0, 1.0, 5});
  report.confusion.assign(7, std::vector<int64_t>(7));
  for (size_t i = 0; i < 7; ++i) report.confusion[i][i] = 5;
  report.confusion[1][2] = 123'456;
  const std::string text = text_report(report);
  CHECK(text.substr(text.find("confusion")) == R"(confusion matrix (rows: true class, columns: predicted class)
              one cate.  two cate.  three ca.  four  five of.  six cate.  seven
one category          5          0          0     0         0          0      0
two category          0          5    123,456     0         0          0      0
three cats            0          0          5     0         0          0      0
four                  0          0          0     5         0          0      0
five of them          0          0          0     0         5          0      0
six category          0          0          0     0         0          5      0
seven                 0          0          0     0         0          0      5
)");
}

TEST_CASE("when the confusion matrix does not fit, the text report shows the largest confusions") {
  const std::string text = text_report(many(60));
  CHECK_FALSE(holds(text, "confusion matrix ("));
  CHECK(holds(text, "\nand 20 more with fewer rows each; --format json lists all\n"));
  const std::vector<std::string> found = lines(text.substr(text.find("The confusion")));
  REQUIRE(found.size() == 18);
  CHECK(found[0] == "The confusion matrix of 60 classes does not fit here; the largest confusions:");
  CHECK(found[1] == "true class                        predicted class                     rows");
  CHECK(found[2] == "a rather long name of a class...  a rather long name of a class...  60,000");
  CHECK(found[16] == "a rather long name of a class...  a rather long name of a class...  46,000");
}

TEST_CASE("what was chosen on the rows is said before their scores, on one line") {
  Report report = training();
  CHECK(notes(report).size() == 1);
  report.chosen_here = {"epoch"};
  CHECK(notes(report)[0] == "These rows also chose the epoch: slightly optimistic.");
  report.chosen_here = {"epoch", "temperature", "threshold"};
  CHECK(notes(report)[0] == "These rows also chose the epoch, temperature and threshold: slightly optimistic.");
  CHECK(notes(report)[0].size() <= 80);
  report.out_of_fold = true;
  CHECK(holds(html_report(report), "1,203 rows, each by networks that did not train on it</dd>"));
}

TEST_CASE("the scores that matter come first, and none twice") {
  Report report = multiclass();
  report.scores.clear();
  for (const std::string& name : metric_names(Task::kMulticlass)) report.scores.emplace_back(*find_metric(name), 0.5);
  using enum Metric;
  CHECK(leading_metrics(report) == std::vector{kAccuracy, kBalancedAccuracy, kF1, kLogLoss});
  CHECK(further_metrics(report) == std::vector{kPrecision, kRecall, kPrecisionWeighted, kF1Weighted, kRocAuc,
                                               kAveragePrecision, kBrier, kEce, kMcc});
  report.task = Task::kBinary;
  CHECK(further_metrics(report).size() == 11);  // recall_macro is balanced_accuracy here
  report.scores = {{kBalancedAccuracy, 0.5}, {kRecallMacro, 0.25}};
  CHECK(further_metrics(report) == std::vector{kBalancedAccuracy, kRecallMacro});
}

TEST_CASE("many classes stand by support, a few in the model's order") {
  Report few = many(10), more = many(11);
  CHECK(classes_to_show(few, 40).front() == 0);
  CHECK(classes_to_show(more, 40).front() == 10);
  CHECK(classes_to_show(more, 40).size() == 11);
  CHECK(classes_to_show(more, 3) == std::vector<size_t>{10, 9, 8});
}

TEST_CASE("a number is counted with its noun in the plural") {
  CHECK(counted(1, "row") == "1 row");
  CHECK(counted(0, "row") == "0 rows");
  CHECK(counted(1234, "training row") == "1,234 training rows");
  CHECK(counted(2, "class") == "2 classes");
  CHECK(counted(2, "category") == "2 categories");
  CHECK(counted(2, "key") == "2 keys");
}

TEST_CASE("the JSON report of two classes") {
  Report report = binary();
  report.gates = {{{Metric::kF1, 0.8}, 0.7641, Verdict::kFail}, {{Metric::kLogLoss, 0.5}, {}, Verdict::kFail}};
  const std::string text = json_report(report);
  CHECK(text.substr(0, 44) == "{\n  \"model\": \"runs/credit/model.safetensors\"");
  CHECK(text.back() == '\n');
  CHECK(holds(text, "\"accuracy\": 0.30000000000000004,"));
  CHECK(parsed(text) == parsed(R"({
    "model": "runs/credit/model.safetensors", "data": "holdout.csv", "rows": 1203, "skipped_unlabelled": 0, "task": "binary",
    "metrics": {"accuracy": 0.30000000000000004, "f1": 0.7641, "roc_auc": 0.75},
    "classes": [{"label": "bad", "precision": 0.5, "recall": 0.25, "f1": 0.333333, "support": 3}, {"label": "good", "recall": 1.0, "support": 1200}],
    "positive": "good", "threshold": 0.5, "unknown_labels": [], "unknown_label_rows": 0,
    "confusion_matrix": {"labels": ["bad", "good"], "counts": [[1, 2], [3, 1197]]},
    "baseline": {"accuracy": 0.25, "roc_auc": 0.5, "log_loss": 0.00012345},
    "confidence": 0.95, "intervals": {"accuracy": {"low": 0.2747, "high": 0.3265}, "f1": {"low": 0.7301, "high": 0.7952}},
    "gates": [{"metric": "f1", "bound": 0.8, "value": 0.7641, "verdict": "fail"}, {"metric": "log_loss", "bound": 0.5, "verdict": "fail"}],
    "slices": [], "versions": {"mdl": "0.1.0", "libtorch": "2.13.0"}})"));
}

TEST_CASE("the keys of a JSON report stand in the order of the contract") {
  std::vector<std::string> keys;
  const auto report = parsed<nlohmann::ordered_json>(json_report(binary()));
  for (const auto& [key, value] : report.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"model", "data", "rows", "skipped_unlabelled", "task", "metrics", "classes",
                                         "positive", "threshold", "unknown_labels", "unknown_label_rows",
                                         "confusion_matrix", "baseline", "confidence", "intervals", "gates", "slices",
                                         "versions"});
}

TEST_CASE("several classes have no positive one in JSON, and bytes that are not UTF-8 become U+FFFD") {
  const json report = parsed(json_report(multiclass()));
  CHECK_FALSE(report.contains("positive"));
  CHECK(report["classes"][2]["label"] == "a\x1b[31m<b>&\xEF\xBF\xBD");
  CHECK(report["confusion_matrix"]["labels"][2] == "a\x1b[31m<b>&\xEF\xBF\xBD");
}

TEST_CASE("the JSON report of a regression has no classes") {
  CHECK(json_report(regression()) == R"({
  "model": "runs/diamonds/model.safetensors",
  "data": "test.csv",
  "rows": 1,
  "skipped_unlabelled": 0,
  "task": "regression",
  "metrics": {
    "rmse": 12345.678,
    "mae": 541.106,
    "r2": -0.5,
    "mape": 2.25e+15
  },
  "baseline": {
    "rmse": 3988.24,
    "mae": 99.5,
    "r2": 0.0,
    "mape": 1e+300
  },
  "confidence": 0.999,
  "intervals": {
    "rmse": {
      "low": 8123.4,
      "high": 23456.7
    },
    "mae": {
      "low": 498.5,
      "high": 601.25
    },
    "r2": {
      "low": -1.25,
      "high": 0.125
    },
    "mape": {
      "low": 1e+15,
      "high": 3e+15
    }
  },
  "gates": [],
  "slices": [],
  "versions": {}
}
)");
}

TEST_CASE("an HTML report is well-formed and refers to nothing outside") {
  Report odd = binary();
  odd.model = "\"'<script>\x01.safetensors";
  odd.data = "<b>&\xff";
  odd.classes = {"<b>&", "\"'</title>"};
  odd.baseline_text = "always '<b>&'";
  odd.unknown_labels = {"<i>"};
  Report one_class = binary();
  one_class.ranked = {{0.5, true}};
  one_class.confusion = {{0, 0}, {1, 0}};
  Report one_epoch = training();
  one_epoch.epochs.resize(1);
  Report nothing_known = binary();
  nothing_known.ranked.clear();
  nothing_known.confusion = {{0, 0}, {0, 0}};
  for (const Report& report : {binary(), multiclass(), regression(), training(), many(10), many(60), odd, one_class,
                               one_epoch, nothing_known}) {
    const std::string html = html_report(report);
    CHECK(unbalanced(html) == "");
    CHECK(html.substr(0, 32) == "<!DOCTYPE html>\n<html lang=\"en\">");
    CHECK(html.size() < 40'000);
    CHECK(is_utf8(html));
    CHECK(holds(html,
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
                "img-src data:\">"));
    CHECK(occurrences(html, "<title>") == 1 + occurrences(html, "<svg "));
    for (const char* part : {"http:", "https:", "<script", "<link", "<img", "url(", "@import", "src=", "href=", "nan",
                             "inf,", "inf\"", "\x01"}) {
      CAPTURE(part);
      CHECK_FALSE(holds(html, part));
    }
  }
}

TEST_CASE("an HTML report escapes every name") {
  const std::string html = html_report(multiclass());
  CHECK(occurrences(html, "a\\x1b[31m&lt;b&gt;&amp;\\xff") == 3);
  CHECK_FALSE(holds(html, "<b>&"));
}

TEST_CASE("an HTML report shows loss curves of a training run only, with the best epoch marked") {
  const std::string html = html_report(training());
  CHECK(holds(
      html,
      "<title>Training and validation loss over 3 epochs; the lowest validation loss is 0.4000 after epoch 2</title>"));
  CHECK(holds(html, "<polyline class=\"line two\" points=\"40.0,26.0 195.0,92.7 350.0,159.3\"/>"));
  CHECK(holds(html, "<polyline class=\"line one\" points=\"40.0,92.7 195.0,226.0 350.0,159.3\"/>"));
  CHECK(holds(html, "<circle class=\"dot mark\" cx=\"195.0\" cy=\"226.0\" r=\"4\"/>"));
  CHECK(holds(html, "<dt>run</dt><dd>3 epochs in 1m15s, the best of them, by validation loss, epoch 2</dd>"));
  CHECK_FALSE(holds(html_report(binary()), "epoch"));
}

TEST_CASE("an HTML report marks the epoch that a metric has chosen, and says so") {
  Report report = training();
  report.epoch_metric = report.metric;
  report.epochs[2].validation = {{Metric::kAccuracy, 0.9}};
  const std::string html = html_report(report);
  CHECK(holds(html, "<dt>run</dt><dd>3 epochs in 1m15s, the best of them, by accuracy, epoch 3</dd>"));
  CHECK(holds(html, "that of the weights that are kept is 0.5000 after epoch 3</title>"));
  CHECK(holds(html, "the weights of the best epoch, by accuracy, are the ones kept."));
  CHECK(holds(html, "Higher is better. The weights of the best epoch, the peak here, are kept."));
  CHECK(holds(html_report(training()), "Higher is better. The best epoch is chosen by its loss"));
}

TEST_CASE("loss curves run along the steps where an epoch has several evaluations") {
  Report report = training();
  report.epochs[1].epoch = 1;
  report.epochs[2].epoch = 2;
  const std::string html = html_report(report);
  CHECK(holds(
      html,
      "<title>Training and validation loss over 2 epochs; the lowest validation loss is 0.4000 after step 80</title>"));
  CHECK(holds(html, "<polyline class=\"line one\" points=\"40.0,92.7 195.0,226.0 350.0,159.3\"/>"));
  CHECK(holds(html, "<h2>Accuracy by step</h2>"));
  CHECK(holds(html, "<dt>run</dt><dd>2 epochs in 1m15s, the best of them, by validation loss, step 80</dd>"));
}

TEST_CASE("an HTML report of two classes draws the curves with the threshold's own point") {
  const std::string html = html_report(binary());
  for (const char* heading : {"Scores", "Confusion matrix", "Classes", "ROC", "Precision and recall", "Calibration",
                              "Predicted probabilities"}) {
    CAPTURE(heading);
    CHECK(holds(html, std::string("<h2>") + heading + "</h2>"));
  }
  CHECK(holds(html, "<circle class=\"dot mark\" cx=\"195.0\" cy=\"92.7\" r=\"4\"/>"));  // 1/2 false, 2/3 true positives
  CHECK_FALSE(holds(html_report(multiclass()), "<h2>ROC</h2>"));
  CHECK_FALSE(holds(html_report(regression()), "<h2>Confusion matrix</h2>"));
}

TEST_CASE("intervals stand in the HTML report's scores, where there are any") {
  const std::string html = html_report(binary());
  CHECK(holds(html, "<th scope=\"col\">model</th><th scope=\"col\">95 % interval</th><th scope=\"col\">baseline</th>"));
  CHECK(holds(
      html,
      "<th scope=\"row\">f1</th><td>0.7641</td><td class=\"range\">[0.7301, 0.7952]</td><td class=\"base\">-</td>"));
  CHECK(holds(
      html,
      "<th scope=\"row\">roc_<wbr/>auc</th><td>0.7500</td><td class=\"range\">-</td><td class=\"base\">0.5000</td>"));
  CHECK_FALSE(holds(html_report(multiclass()), "interval"));
}

TEST_CASE("gates stand in the HTML report with their verdicts") {
  Report report = binary();
  report.gates = {{{Metric::kF1, 0.8}, 0.7641, Verdict::kFail}, {{Metric::kAccuracy, 0.25}, 0.3, Verdict::kPass}};
  const std::string html = html_report(report);
  CHECK(holds(html, "<li class=\"fail\">f1 &gt;= 0.80: 0.7641 <b>FAILED</b></li>"));
  CHECK(holds(html, "<li class=\"pass\">accuracy &gt;= 0.25: 0.3000 <b>passed</b></li>"));
}

TEST_CASE("a thinned line keeps its ends and its peak") {
  std::vector<PlotPoint> points;
  for (int i = 0; i < 100'000; ++i)
    points.push_back({static_cast<double>(i), i == 61'803 ? 5.0 : std::sin(i / 10'000.0)});
  const std::vector<PlotPoint> kept = thinned(points);
  REQUIRE(kept.size() == 300);
  CHECK(kept.front().x == 0);
  CHECK(kept.back().x == 99'999);
  CHECK(std::count_if(kept.begin(), kept.end(),
                      [](const PlotPoint& point) { return point.x == 61'803 && point.y == 5; }) == 1);
  CHECK(std::is_sorted(kept.begin(), kept.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; }));
  points.resize(300);
  CHECK(thinned(points).size() == 300);
  points.resize(299);
  CHECK(thinned(points).size() == 299);
}

TEST_CASE("the ticks of a chart are round numbers") {
  const auto ticks = [](const Axis& axis) {
    const std::string svg = Chart("t", whole_axis(1, 10, "x"), axis).svg();
    std::string out;
    for (size_t at = svg.find("class=\"end\""); at != std::string::npos; at = svg.find("class=\"end\"", at + 1)) {
      const size_t start = svg.find('>', at) + 1;
      out += (out.empty() ? "" : " ") + svg.substr(start, svg.find('<', start) - start);
    }
    return out;
  };
  CHECK(ticks(round_axis(0, 1, "y")) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(ticks(round_axis(0.31, 0.67, "y")) == "0.30 0.35 0.40 0.45 0.50 0.55 0.60 0.65 0.70");
  CHECK(ticks(round_axis(-3, 4, "y")) == "-3 -2 -1 0 1 2 3 4");
  CHECK(ticks(round_axis(0, 4800, "y")) == "0 1,000 2,000 3,000 4,000 5,000");
  CHECK(ticks(round_axis(0, 23'456, "y")) == "0 5k 10k 15k 20k 25k");
  CHECK(ticks(round_axis(0, 2'400'000, "y")) == "0.0 0.5M 1.0M 1.5M 2.0M 2.5M");
  CHECK(ticks(round_axis(0.5, 0.5, "y")) == "0.2 0.3 0.4 0.5 0.6 0.7 0.8");
  CHECK(ticks(round_axis(2e-7, 9e-7, "y")) == "2e-07 3e-07 4e-07 5e-07 6e-07 7e-07 8e-07 9e-07");
  CHECK(ticks(round_axis(0, 3e12, "y")) == "0 5e+11 1e+12 1.5e+12 2e+12 2.5e+12 3e+12");
  CHECK(ticks(whole_axis(1, 3, "y")) == "1 2 3");
  CHECK(ticks(whole_axis(1, 1, "y")) == "1");
}

TEST_CASE("an axis ends, whatever its numbers") {
  const double bad[] = {NAN,        -INFINITY, INFINITY, -1e308, 1e308,  -1e18,  1e18,
                        1e18 + 128, 1e16,      1e16 + 2, 0,      5e-324, 1e-300, 1};
  const auto count = [](const Axis& axis) {
    const std::string svg = Chart("t", axis, axis).svg();
    size_t ticks = 0;
    for (size_t at = svg.find("class=\"end\""); at != std::string::npos; at = svg.find("class=\"end\"", at + 1))
      ++ticks;
    return ticks;
  };
  for (const double low : bad) {
    for (const double high : bad) {
      INFO(low << " to " << high);
      const Axis axis = round_axis(low, high, "y");
      CHECK(axis.low < axis.high);
      CHECK(count(axis) >= 2);
      CHECK(count(axis) <= 20);
    }
  }
  for (const int64_t high : {int64_t{1} << 53, int64_t{1'000'000'000'000'000'000}, INT64_MAX}) {
    CHECK(count(whole_axis(1, high, "x")) >= 2);
    CHECK(count(whole_axis(high - 3, high, "x")) <= 20);
  }
}

TEST_CASE("the loss curve is not pressed flat by the first epochs, and says what it leaves out") {
  Report report = training();
  report.epochs.clear();
  for (int64_t epoch = 1; epoch <= 20; ++epoch) {
    const double loss = epoch == 1 ? 900 : 0.5 + 0.5 / static_cast<double>(epoch);
    report.epochs.push_back({epoch, epoch, loss, loss, {{Metric::kAccuracy, 0.6}}, 0.001, 0.5});
  }
  const std::string html = html_report(report);
  CHECK(holds(html, "The first losses, up to 900.00, lie above the chart."));
  CHECK_FALSE(holds(html, ">800</text>"));
  for (size_t at = html.find("points=\""); at != std::string::npos; at = html.find("points=\"", at + 1))
    CHECK_FALSE(holds(html.substr(at, html.find('>', at) - at), ",-"));
  report.epochs[0].train_loss = report.epochs[0].validation_loss = 0.8;
  CHECK_FALSE(holds(html_report(report), "above the chart"));
}

TEST_CASE("an HTML report of a regression has pictures of its errors") {
  Report report = regression();
  RegressionRows few, many;
  for (int i = 0; i < 100; ++i) few.add(i % 9, i % 7);
  for (int i = 0; i < 1000; ++i) many.add(i % 9, i % 7);
  for (const RegressionRows* rows : {&few, &many}) {
    report.errors = error_shape(*rows);
    const std::string html = html_report(report);
    CHECK(unbalanced(html).empty());
    for (const char* heading : {"Predicted and actual", "Residuals", "Error by", "Distribution of errors"})
      CHECK(holds(html, std::string("<h2>") + heading));
    CHECK(holds(html, "class=\"point one\"") == (rows == &few));
    CHECK(holds(html, "fill-opacity=\"") == (rows == &many));
  }
  RegressionRows none, one;
  one.add(3, 3);
  for (const RegressionRows* rows : {&none, &one}) {
    report.errors = error_shape(*rows);
    CHECK(unbalanced(html_report(report)).empty());
  }
}

TEST_CASE("the page shows thresholds that would be best, by costs where they are known") {
  Report report = binary();
  std::string html = html_report(report);
  CHECK(holds(html, "<h2>Thresholds</h2>"));
  CHECK_FALSE(holds(html, ">cost</th>"));
  report.cost = Threshold{.rule = Threshold::Rule::kCost, .false_positive = 1, .false_negative = 5};
  html = html_report(report);
  CHECK(holds(html, ">cost</th>"));
  CHECK(holds(html, "A false positive costs 1, a false negative 5."));
}

TEST_CASE("the confusion matrix of up to 50 classes is a heat map") {
  CHECK_FALSE(holds(html_report(many(24)), "class=\"heat\""));
  for (const size_t count : {size_t{25}, size_t{50}}) {
    const std::string html = html_report(many(count));
    CHECK(unbalanced(html).empty());
    CHECK(holds(html, "class=\"heat\""));
  }
  CHECK_FALSE(holds(html_report(many(51)), "class=\"heat\""));
}

TEST_CASE("the page shows the cells of the rows with the largest errors, escaped, and says where it does not") {
  Report report = binary();
  report.worst = {{17, "bad", "good", 3.5, {"<b>", ""}}};
  report.worst_columns = {"home & work", "age"};
  std::string html = html_report(report);
  CHECK(holds(html, "home &amp; work"));
  CHECK(holds(html, "&lt;b&gt;"));
  CHECK_FALSE(holds(text_report(report) + markdown_report(report) + json_report(report), "home & work"));
  report.worst = {{17, "bad", "good", 3.5, {}}};
  report.worst_columns.clear();
  report.worst_hidden = true;
  html = html_report(report);
  CHECK(holds(html, "Their cells are not shown, as the data is encrypted."));
}

TEST_CASE("the page says what it is about") {
  Report report = training();
  report.target = "Sta<tus";
  report.date = "2024-05-31";
  report.about = {{"seed", "7"}, {"13 features", "9 numeric: <i>"}};
  const std::string html = html_report(report);
  CHECK(holds(html, "<h1>Sta&lt;tus: binary classification</h1>"));
  CHECK(holds(html, "<title>Sta&lt;tus: binary classification, accuracy 0.3000</title>"));
  CHECK(holds(html, "Training report, 2024-05-31"));
  CHECK(holds(html, "<dt>seed</dt><dd>7</dd>"));
  CHECK(holds(html, "9 numeric: &lt;i&gt;"));
}
