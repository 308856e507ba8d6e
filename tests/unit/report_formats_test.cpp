#include <nlohmann/json.hpp>

#include "base/text.h"
#include "catch.h"
#include "parsed.h"
#include "report/formats.h"
#include "report/formatting.h"
#include "report/markdown.h"

using namespace mdl;
using nlohmann::json;

namespace {

/// Each part that a report can have, with names that mean something to Markdown, HTML and XML.
Report full() {
  Report report;
  report.model = "new.safetensors";
  report.data = "holdout.csv";
  report.data_sha256 = "abc123";
  report.rows = 60;
  report.task = Task::kBinary;
  report.scores = {{Metric::kAccuracy, 0.75}, {Metric::kPrecision, 0.7}, {Metric::kRecall, 0.8}, {Metric::kF1, 0.7467}};
  report.intervals = {{Metric::kAccuracy, {0.7, 0.8}}, {Metric::kF1, {0.7, 0.79}}};
  report.baseline = {{Metric::kAccuracy, 0.5}};
  report.baseline_text = "always 'no'";
  report.classes = {"no", "yes|<b>"};
  report.per_class = {{0.8, 0.7, 0.7467, 30}, {0.7, 0.8, 0.7467, 30}};
  report.confusion = {{21, 9}, {6, 24}};
  report.ranked = {{0.9, true}, {0.8, true}, {0.8, false}, {0.1, true}, {0.0, false}};
  report.gates = {{{Metric::kF1, 0.7, {{"sex", "F|<i>"}}}, 0.65, Verdict::kFail, Interval{0.6, 0.69}},
                  {{Metric::kF1, 0.01, {}, true}, 0.004, Verdict::kUndecided, Interval{-0.01, 0.02}},
                  {{Metric::kAccuracy, 0.6}, 0.75, Verdict::kPass, Interval{0.7, 0.8}}};
  report.reliability = Reliability{{{0.2, 0.25, 30, 30}, {0.8, 0.75, 30, 30}}, 0.05, 0.0025, 0.0625, 0.25};
  Slice slice;
  slice.columns = {"sex"};
  slice.groups = {
      {{"M"}, 31, false, {{Metric::kAccuracy, 0.9}, {Metric::kF1, 0.85}}, {{Metric::kAccuracy, {0.8, 0.95}}}},
      {{"x"}, 3, true, {{Metric::kAccuracy, 0.0}}, {}},
      {{"F|<i>"}, 26, false, {{Metric::kAccuracy, 0.6}, {Metric::kF1, 0.65}}, {{Metric::kAccuracy, {0.4, 0.75}}}}};
  slice.gaps = {{Metric::kAccuracy, 0, 2, 0.3, 2 / 3.0}, {Metric::kF1, 0, 2, 0.2, 0.65 / 0.85}};
  slice.demographic_parity_difference = 0.25;
  slice.demographic_parity_ratio = 0.5;
  slice.equalized_odds_difference = 0.125;
  report.slices = {slice};
  report.compared_to = Comparison{"old.safetensors",
                                  true,
                                  {{Metric::kAccuracy, 0.77}, {Metric::kF1, 0.7427}},
                                  {{Metric::kAccuracy, -0.02}, {Metric::kF1, 0.004}},
                                  {{Metric::kF1, {-0.02, 0.01}}}};
  report.worst = {{17, "yes|<b>", "no", 3.5}, {4, "no", "yes|<b>", 2.25}};
  report.drift = Drift{{{"age", true, 0.31, 0.05, 0.0001, true}, {"home & <work>", false, 0.01, 0.04, 1, false}}, true};
  report.importance_metric = Metric::kAccuracy;
  report.importance = {{"income", 0.2, Interval{0.15, 0.25}}, {"a`b\n@c", -0.01, Interval{-0.02, 0.005}}};
  report.versions = {{"mdl", "0.1.0"}};
  return report;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE(
    "the text report shows what it is compared with, groups, calibration, importance, drift, the worst rows and the "
    "gates") {
  const std::string text = text_report(full());
  CHECK(text.substr(text.find("Compared")) == R"(Compared with old.safetensors
score      model   other  difference      95 % interval
accuracy  0.7500  0.7700     -0.0200                  -
f1        0.7467  0.7427     +0.0040  [-0.0200, 0.0100]
Both models were scored on the same rows; an interval without 0 in it tells them
apart.

By sex
group  rows  accuracy, 95 % interval  precision  recall      f1
M        31  0.9000 [0.8000, 0.9500]          -       -  0.8500
F|<i>    26  0.6000 [0.4000, 0.7500]          -       -  0.6500
x        3*                   0.0000          -       -       -
* fewer than 30 rows: too few to compare.

Largest gaps by sex
score     highest  lowest  difference   ratio
accuracy  M        F|<i>       0.3000  0.6667
f1        M        F|<i>       0.2000  0.7647
Demographic parity: selection rates differ by 0.2500, ratio 0.5000.
Equalized odds: true or false positive rates differ by up to 0.1250.

Calibration: the probability of the positive class against the fraction of rows
of it
predicted    true  difference  rows
   0.2000  0.2500     +0.0500    30
   0.8000  0.7500     -0.0500    30
ece 0.0500; the Brier score of these groups is reliability 0.0025 - resolution
0.0625 + uncertainty 0.2500.

Importance: how much worse accuracy becomes when a column is shuffled
feature     drop      95 % interval
income    0.2000   [0.1500, 0.2500]
a`b\n@c  -0.0100  [-0.0200, 0.0050]

Drift from the training rows: 1 of 2 columns drifted
column         kind         drifted     psi  psi limit  p-value
age            numeric      DRIFTED  0.3100     0.0500   0.0001
home & <work>  categorical  no       0.0100     0.0400   1.0000

Largest errors
line  true     predicted    loss
17    yes|<b>  no         3.5000
4     no       yes|<b>    2.2500

gate f1[sex=F|<i>] >= 0.70: 0.6500 [0.6000, 0.6900] FAILED
gate f1 drop <= 0.01: 0.0040 [-0.0100, 0.0200] undecided
gate accuracy >= 0.60: 0.7500 [0.7000, 0.8000] passed
1 of 3 gates FAILED, 1 undecided
)");
}

TEST_CASE("every report of a training run has the scores of its folds") {
  Report report = full();
  report.folds = {{.training_rows = 40, .rows = 20, .scores = {{Metric::kAccuracy, 0.8}, {Metric::kF1, 0.75}}},
                  {.training_rows = 41, .rows = 19, .scores = {{Metric::kAccuracy, 0.7}}}};
  CHECK(holds(text_report(report), R"(Scores by fold
fold  trained on  rows  accuracy  precision  recall      f1
1             40    20    0.8000          -       -  0.7500
2             41    19    0.7000          -       -       -
Each fold is scored by the networks that were trained without it.
)"));
  CHECK(json::parse(json_report(report))["folds"] == json::parse(R"([
    {"training_rows": 40, "rows": 20, "metrics": {"accuracy": 0.8, "f1": 0.75}},
    {"training_rows": 41, "rows": 19, "metrics": {"accuracy": 0.7}}])"));
  report.folds[0].times = "2024-01-01 to 2024-01-31";
  report.folds[1].times = "2024-02-01";
  CHECK(holds(markdown_report(report), R"(**Scores by fold**

| fold | trained on | rows | accuracy | precision | recall | f1 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| `2024-01-01 to 2024-01-31` | 40 | 20 | 0.8000 | - | - | 0.7500 |
| `2024-02-01` | 41 | 19 | 0.7000 | - | - | - |

Each fold is scored by networks that were trained on the rows before it; the model is those of the last.
)"));
  CHECK(holds(html_report(report), "<h2>Scores by fold</h2>"));
  CHECK(holds(html_report(report), "<th scope=\"row\">2024-01-01 to 2024-01-31</th><td>40</td><td>20</td>"));
  CHECK(json::parse(json_report(report))["folds"][1]["times"] == "2024-02-01");
  report.folds[0].rows = 1'234'567;  // the times matter more than the last scores
  CHECK(holds(text_report(report), "2024-01-01 to 2024-01-31          40  1,234,567    0.8000          -\n"));
  CHECK_FALSE(json::parse(json_report(full())).contains("folds"));
}

TEST_CASE("the Markdown report starts with the verdict and takes no name for Markdown or HTML") {
  CHECK(markdown_report(full()) == R"(**1 of 3 gates FAILED, 1 undecided**

`new.safetensors` on `holdout.csv`: 60 rows, binary. The positive class is 'yes&#124;&lt;b&gt;', predicted from a probability of 0.5. The baseline is `always 'no'`.

**Gates**

| gate | value | 95 % interval | verdict |
| --- | ---: | ---: | ---: |
| <code>f1&#91;sex&#61;F&#124;&#60;i&#62;&#93; &#62;&#61; 0&#46;70</code> | 0.6500 | [0.6000, 0.6900] | FAILED |
| `f1 drop <= 0.01` | 0.0040 | [-0.0100, 0.0200] | undecided |
| `accuracy >= 0.60` | 0.7500 | [0.7000, 0.8000] | passed |

**Scores**

| score | model | 95 % interval | baseline |
| --- | ---: | ---: | ---: |
| `accuracy` | 0.7500 | [0.7000, 0.8000] | 0.5000 |
| `f1` | 0.7467 | [0.7000, 0.7900] | - |
| `precision` | 0.7000 | - | - |
| `recall` | 0.8000 | - | - |

**Compared with old.safetensors**

| score | model | other | difference | 95 % interval |
| --- | ---: | ---: | ---: | ---: |
| `accuracy` | 0.7500 | 0.7700 | -0.0200 | - |
| `f1` | 0.7467 | 0.7427 | +0.0040 | [-0.0200, 0.0100] |

Both models were scored on the same rows; an interval without 0 in it tells them apart.

**By sex**

| group | rows | accuracy, 95 % interval | precision | recall | f1 |
| --- | ---: | ---: | ---: | ---: | ---: |
| `M` | 31 | 0.9000 [0.8000, 0.9500] | - | - | 0.8500 |
| <code>F&#124;&#60;i&#62;</code> | 26 | 0.6000 [0.4000, 0.7500] | - | - | 0.6500 |
| `x` | 3\* | 0.0000 | - | - | - |

\* fewer than 30 rows: too few to compare.

**Largest gaps by sex**

| score | highest | lowest | difference | ratio |
| --- | --- | --- | ---: | ---: |
| `accuracy` | `M` | <code>F&#124;&#60;i&#62;</code> | 0.3000 | 0.6667 |
| `f1` | `M` | <code>F&#124;&#60;i&#62;</code> | 0.2000 | 0.7647 |

Demographic parity: selection rates differ by 0.2500, ratio 0.5000.

Equalized odds: true or false positive rates differ by up to 0.1250.

**Drift from the training rows: 1 of 2 columns drifted**

| column | kind | drifted | psi | psi limit | p-value |
| --- | --- | --- | ---: | ---: | ---: |
| `age` | numeric | DRIFTED | 0.3100 | 0.0500 | 0.0001 |
| `home & <work>` | categorical | no | 0.0100 | 0.0400 | 1.0000 |

<details><summary>Importance: how much worse accuracy becomes when a column is shuffled</summary>

| feature | drop | 95 % interval |
| --- | ---: | ---: |
| `income` | 0.2000 | [0.1500, 0.2500] |
| <code>a&#96;b&#92;n&#64;c</code> | -0.0100 | [-0.0200, 0.0050] |

</details>

<details><summary>Classes</summary>

| class | precision | recall | f1 | support |
| --- | ---: | ---: | ---: | ---: |
| `no` | 0.8000 | 0.7000 | 0.7467 | 30 |
| <code>yes&#124;&#60;b&#62;</code> | 0.7000 | 0.8000 | 0.7467 | 30 |

</details>

<details><summary>Calibration: the probability of the positive class against the fraction of rows of it</summary>

| predicted | true | difference | rows |
| ---: | ---: | ---: | ---: |
| 0.2000 | 0.2500 | +0.0500 | 30 |
| 0.8000 | 0.7500 | -0.0500 | 30 |

ece 0.0500; the Brier score of these groups is reliability 0.0025 - resolution 0.0625 + uncertainty 0.2500.

</details>

<details><summary>Largest errors</summary>

| line | true | predicted | loss |
| --- | --- | --- | ---: |
| 17 | yes&#124;&lt;b&gt; | no | 3.5000 |
| 4 | no | yes&#124;&lt;b&gt; | 2.2500 |

</details>
)");
}

TEST_CASE("the Markdown report without gates starts with the main score") {
  Report report = full();
  report.gates.clear();
  CHECK(markdown_report(report).substr(0, 20) == "**accuracy 0.7500**\n");
}

TEST_CASE("the JUnit report has a case for each gate; one that is undecided is an error") {
  CHECK(junit_report(full()) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="mdl evaluate holdout.csv" tests="3" failures="1" errors="1" skipped="0">
  <properties>
    <property name="accuracy" value="0.7500"/>
    <property name="precision" value="0.7000"/>
    <property name="recall" value="0.8000"/>
    <property name="f1" value="0.7467"/>
  </properties>
  <testcase classname="new.safetensors" name="f1[sex=F|&lt;i&gt;] &gt;= 0.70">
    <failure type="fail" message="f1[sex=F|&lt;i&gt;] &gt;= 0.70: 0.6500 [0.6000, 0.6900] FAILED"/>
  </testcase>
  <testcase classname="new.safetensors" name="f1 drop &lt;= 0.01">
    <error type="undecided" message="f1 drop &lt;= 0.01: 0.0040 [-0.0100, 0.0200] undecided"/>
  </testcase>
  <testcase classname="new.safetensors" name="accuracy &gt;= 0.60"/>
</testsuite>
)");
}

TEST_CASE("the JUnit report has no character that XML forbids") {
  Report report = full();
  report.gates.resize(1);
  report.gates[0].gate.group = {{"\x01\xff", "\xEF\xBF\xBE\xEF\xBF\xBF\""}};
  CHECK(holds(junit_report(report), "name=\"f1[\\x01\\xff=\xEF\xBF\xBD\xEF\xBF\xBD&quot;] &gt;= 0.70\""));
}

TEST_CASE("the JSON report has every part") {
  json report = parsed(json_report(full()));
  for (const char* key : {"model", "data", "rows", "skipped_unlabelled", "task", "metrics", "classes", "positive",
                          "threshold", "unknown_labels", "unknown_label_rows", "confusion_matrix", "baseline",
                          "confidence", "intervals", "versions"}) {
    CHECK(report.erase(key) == 1);
  }
  CHECK(report == parsed(R"({
    "gates": [
      {"metric": "f1", "group": {"sex": "F|<i>"}, "bound": 0.7, "value": 0.65, "interval": {"low": 0.6, "high": 0.69}, "verdict": "fail"},
      {"metric": "f1", "drop": true, "bound": 0.01, "value": 0.004, "interval": {"low": -0.01, "high": 0.02}, "verdict": "undecided"},
      {"metric": "accuracy", "bound": 0.6, "value": 0.75, "interval": {"low": 0.7, "high": 0.8}, "verdict": "pass"}],
    "slices": [
      {"columns": ["sex"], "groups": [{"values": ["M"], "rows": 31, "small": false, "metrics": {"accuracy": 0.9, "f1": 0.85}, "intervals": {"accuracy": {"low": 0.8, "high": 0.95}}}, {"values": ["x"], "rows": 3, "small": true, "metrics": {"accuracy": 0.0}, "intervals": {}}, {"values": ["F|<i>"], "rows": 26, "small": false, "metrics": {"accuracy": 0.6, "f1": 0.65}, "intervals": {"accuracy": {"low": 0.4, "high": 0.75}}}], "gaps": [{"metric": "accuracy", "highest": ["M"], "lowest": ["F|<i>"], "difference": 0.3, "ratio": 0.6666666666666666}, {"metric": "f1", "highest": ["M"], "lowest": ["F|<i>"], "difference": 0.2, "ratio": 0.7647058823529412}], "demographic_parity_difference": 0.25, "demographic_parity_ratio": 0.5, "equalized_odds_difference": 0.125}],
    "compared_to": {"name": "old.safetensors", "paired": true, "metrics": {"accuracy": 0.77, "f1": 0.7427}, "differences": {"accuracy": -0.02, "f1": 0.004}, "intervals": {"f1": {"low": -0.02, "high": 0.01}}},
    "calibration": {"ece": 0.05, "reliability": 0.0025, "resolution": 0.0625, "uncertainty": 0.25, "bins": [{"mean_score": 0.2, "share_positive": 0.25, "rows": 30, "weight": 30.0}, {"mean_score": 0.8, "share_positive": 0.75, "rows": 30, "weight": 30.0}]},
    "worst_rows": [
      {"line": 17, "truth": "yes|<b>", "predicted": "no", "loss": 3.5},
      {"line": 4, "truth": "no", "predicted": "yes|<b>", "loss": 2.25}],
    "drift": {"found": true, "gate": false, "columns": [{"column": "age", "kind": "numeric", "psi": 0.31, "psi_limit": 0.05, "p_value": 0.0001, "drifted": true}, {"column": "home & <work>", "kind": "categorical", "psi": 0.01, "psi_limit": 0.04, "p_value": 1.0, "drifted": false}]},
    "importance": {"metric": "accuracy", "features": [{"feature": "income", "drop": 0.2, "interval": {"low": 0.15, "high": 0.25}}, {"feature": "a`b\n@c", "drop": -0.01, "interval": {"low": -0.02, "high": 0.005}}]},
    "data_sha256": "abc123"})"));
}

TEST_CASE("every format tells of each gate in the same words") {
  for (const ReportFormat& format : kReportFormats) {
    if (format.name == std::string("json")) continue;
    CAPTURE(format.name);
    const std::string text = format.write(full());
    const bool markup = format.name == std::string("html") || format.name == std::string("junit");
    CHECK(holds(text, markup ? "f1 drop &lt;= 0.01" : "f1 drop <= 0.01"));
    CHECK(holds(text, "undecided"));
    CHECK(holds(text, "FAILED"));
  }
}

TEST_CASE("drift can be a gate like the others") {
  Report report = full();
  report.drift_is_gate = true;
  CHECK(verdict_line(report) == "2 of 4 gates FAILED, 1 undecided");
  for (const ReportFormat& format : kReportFormats) {
    CAPTURE(format.name);
    CHECK(holds(format.write(report), format.name == std::string("json") ? "\"gate\": true" : "1 of 2"));
  }
  CHECK(holds(junit_report(report), "tests=\"4\" failures=\"2\" errors=\"1\""));
  CHECK(holds(junit_report(report),
              "name=\"drifted columns &lt;= 0\">\n    <failure type=\"fail\" message=\"drifted columns &lt;= 0: 1 of 2 "
              "FAILED\"/>"));
  report.drift->columns[0].drifted = report.drift->found = false;
  CHECK(gate_lines(report).back().text() == "drifted columns <= 0: 0 of 2 passed");
}

TEST_CASE("FAILED and DRIFTED are red where colour is asked for, names never") {
  Report report = full();
  report.classes[0] = "FAILED";
  report.drift->columns[0].column = "DRIFTED";
  report.drift->columns[1].column = "\x1b[2J";
  report.drift_is_gate = true;
  const std::string plain = text_report(report), colourful = text_report(report, {.colour = true});
  CHECK_FALSE(holds(plain, "\x1b"));
  std::string without = colourful;
  size_t red = 0;
  for (const std::string& code : {std::string("\x1b[1;31m"), std::string("\x1b[0m")}) {
    for (size_t at = without.find(code); at != std::string::npos; at = without.find(code)) {
      without.erase(at, code.size());
      ++red;
    }
  }
  CHECK(without == plain);
  CHECK(red == 2 * 4);  // a cell, two gates and the line of all
  CHECK(holds(colourful, "gate drifted columns <= 0: 1 of 2 \x1b[1;31mFAILED\x1b[0m\n"));
  CHECK(holds(colourful, "DRIFTED  numeric      \x1b[1;31mDRIFTED\x1b[0m"));
}

TEST_CASE("a text report keeps to the columns that it is given and loses no table") {
  for (const size_t columns : {size_t{40}, size_t{60}, size_t{80}, size_t{200}}) {
    CAPTURE(columns);
    const std::string text = text_report(full(), {.columns = columns});
    size_t begin = 0;
    for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      CAPTURE(text.substr(begin, end - begin));
      CHECK(display_width(text.substr(begin, end - begin)) <= columns);
      begin = end + 1;
    }
    for (const char* part :
         {"Compared with", "By sex", "Largest gaps", "Calibration", "Importance", "Drift", "Largest errors"})
      CHECK(holds(text, part));
  }
}

TEST_CASE("a format is found by its name, and by a file's ending") {
  CHECK(format_names() == std::vector<std::string>{"text", "json", "markdown", "junit", "html"});
  CHECK(find_format("junit")->write == junit_report);
  CHECK(find_format("xml") == nullptr);
  CHECK(format_of_file("a.json/report.md")->write == markdown_report);
  CHECK(format_of_file("report") == nullptr);
  CHECK(unknown_ending("a.pdf") ==
        "'a.pdf': the format follows the name's ending, one of .txt, .json, .md, .xml and .html");
}

TEST_CASE("the verdict of several gates") {
  Report report = full();
  CHECK(verdict_line(report) == "1 of 3 gates FAILED, 1 undecided");
  report.gates.erase(report.gates.begin());
  CHECK(verdict_line(report) == "1 of 2 gates undecided");
  report.gates.erase(report.gates.begin());
  CHECK(verdict_line(report) == "1 gate passed");
}

TEST_CASE("a name in Markdown is code, and a sentence calls nobody") {
  CHECK(markdown_code("Female") == "`Female`");
  CHECK(markdown_code("<b> & *x*") == "`<b> & *x*`");
  CHECK(markdown_code("a|b`\n") == "<code>a&#124;b&#96;&#92;n</code>");
  CHECK(markdown_code(" ") == "<code> </code>");
  CHECK(markdown_text("<b>&@all #12 [a](b) [0.1, 0.2] a_b*|\n") ==
        "&lt;b&gt;&amp;@&#8203;all #&#8203;12 [a\\](b) [0.1, 0.2] a\\_b\\*&#124;\\\\n");
}

TEST_CASE("the HTML report shows every part, with importance as bars") {
  const std::string html = html_report(full());
  for (const char* heading :
       {"Gates", "Compared with old.safetensors", "By sex", "Largest gaps by sex", "Scores by threshold", "Calibration",
        "Importance: how much worse accuracy becomes when a column is shuffled",
        "Drift from the training rows: 1 of 2 columns drifted", "Largest errors"}) {
    CAPTURE(heading);
    CHECK(holds(html, std::string("<h2>") + heading + "</h2>"));
  }
  CHECK(holds(html, "<li class=\"undecided\">f1 drop &lt;= 0.01: 0.0040 [-0.0100, 0.0200] <b>undecided</b></li>"));
  CHECK(holds(html,
              "<rect class=\"bar one\" x=\"14.8\" y=\"2\" width=\"148.1\" height=\"10\"/>"
              "<line class=\"whisker\" x1=\"125.9\" x2=\"200.0\" y1=\"7\" y2=\"7\"/>"));
  CHECK(holds(html, "<th scope=\"row\">F|&lt;i&gt;</th><td>26</td><td class=\"strip\"><svg"));
  CHECK(holds(html, "</svg></td><td>0.6000 [0.4000, 0.7500]</td>"));
  CHECK_FALSE(holds(html, "<i>&"));
  CHECK_FALSE(holds(html, "<work>"));
}

TEST_CASE("categories that training did not see are a table in every form, and a line each") {
  Report report = full();
  report.unseen = {{"home", 1203, 0, 5, 3000}, {"job\n", 1203, 12, 37, 3000}, {"size", 1203, 1203, 0, 3000}};
  CHECK(unseen_lines(report.unseen) ==
        std::vector<std::string>{"size: 1,203 of 1,203 cells are categories that training did not see",
                                 "job\\n: 12 of 1,203 cells are categories that training did not see or saw too rarely "
                                 "(37 of its 3,000 rows)"});
  CHECK(unseen_lines({{"size", 1, 1, 0, 3000}}) ==
        std::vector<std::string>{"size: 1 of 1 cell is a category that training did not see"});
  CHECK(unseen_lines({{"size", 5, 2}}) ==
        std::vector<std::string>{"size: 2 of 5 cells are categories that the model does not know"});
  CHECK(unseen_lines({{"size", 5, 0}}).empty());
  const std::vector<std::string> many = unseen_lines(std::vector<UnseenCells>(12, {"c", 5, 1}));
  CHECK(many.size() == 11);
  CHECK(many.back() == "and likewise in 2 columns more");
  CHECK(text_report(report).find("Categories not seen in training\n"
                                 "column  cells  unseen  rare in training\n"
                                 "size    1,203   1,203                 -\n"
                                 "job\\n   1,203      12                37\n"
                                 "Categories that were too rare in training to be kept (in this many of its rows)\n"
                                 "cannot be told from new ones.\n") != std::string::npos);
  CHECK(markdown_report(report).find("| `size` | 1,203 | 1,203 | - |\n") != std::string::npos);
  CHECK(html_report(report).find("<tr><th scope=\"row\">size</th><td>1,203</td><td>1,203</td><td>-</td></tr>") !=
        std::string::npos);
  CHECK(
      parsed(json_report(report))["unseen"] ==
      parsed(
          R"([{"column": "size", "cells": 1203, "unseen": 1203, "rare_training_rows": 0}, {"column": "job\n", "cells": 1203, "unseen": 12, "rare_training_rows": 37}])"));
}
