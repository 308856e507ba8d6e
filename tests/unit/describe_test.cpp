#include "modelfile/describe.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.h"
#include "features.h"
#include "parsed.h"
#include "report/formatting.h"

using namespace mdl;
using nlohmann::json;

namespace {

Model loan_model() {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "good"}, .positive = 0};
  model.encoder.features = {{.name = "age", .kind = NumericColumn{.center = 37.25, .scale = 8.5}},
                            one_hot("home", {"own", "rent"})};
  model.encoder.missing = NullValues({"", "NA"});
  model.network = {.widths = {3, 2, 1}, .dense = 3, .numbers = 1};
  model.class_priors = {0.25, 0.75};
  model.threshold = 0.4;
  model.epoch = 12;
  model.training_rows = 12'000;
  model.validation_rows = 3'000;
  model.validation = {{Metric::kAccuracy, 0.875}, {Metric::kLogLoss, 0.30103}};
  model.config = "data:\n  target: status\n";
  model.versions = {{"mdl", "0.1.0"}, {"libtorch", "2.13.0"}};
  return model;
}

Model price_model() {
  Model model = loan_model();
  model.target = {.name = "price", .task = Task::kRegression, .mean = 1234.5, .scale = 99};
  model.class_priors = {};
  model.network = {.widths = {3, 1}, .dense = 3, .numbers = 1};
  model.low = 10;
  model.validation = {{Metric::kRmse, 4.5}};
  return model;
}

std::string line_of(const std::string& text, const std::string& start) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(start)) return line;
  }
  return "no line starts with " + start;
}

size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

}  // namespace

TEST_CASE("a number with a value embedding, and one of dates, say so") {
  Model model = loan_model();
  numeric(model.encoder.features[0]).embedded_values = NumberIndex({18, 19, 20});
  CHECK(line_of(describe_text(model, "m"), "  age") ==
        "  age   numeric      center 37.25, scale 8.5, embedding of 3 values");
  model.encoder.features[0] = {
      .name = "day",
      .kind = NumericColumn{.form = {.kind = NumberForm::Kind::kDate}, .center = 19'874, .scale = 365.25}};
  CHECK(line_of(describe_text(model, "m"), "  day") ==
        "  day   numeric      dates, center 2024-05-31, scale 365.2 days");
  model.encoder.features[0].kind = DateColumn{numeric(model.encoder.features[0]), {.season = true, .weekday = true}};
  CHECK(line_of(describe_text(model, "m"), "  day") ==
        "  day   date         dates, center 2024-05-31, scale 365.2 days, season and weekday");
}

TEST_CASE("the reference row is described cell by cell") {
  Model model = loan_model();
  model.encoder.features.push_back(one_hot("job", {"a"}));
  model.encoder.features.insert(model.encoder.features.begin(),
                                {.name = "day", .kind = NumericColumn{.form = {.kind = NumberForm::Kind::kDate}}});
  model.encoder.reference = {19'874, 36.5, 1, -1};
  const std::string text = describe_text(model, "m");
  CHECK(text.find("\nreference row\n"
                  "  day   2024-05-31\n"
                  "  age   36.5\n"
                  "  home  rent\n"
                  "  job   (missing)\n"
                  "network ") != std::string::npos);
  const json features = parsed(describe_json(model, "m"))["features"];
  CHECK(features[0]["reference"] == 19'874);
  CHECK(features[1]["reference"] == 36.5);
  CHECK(features[2]["reference"] == "rent");
  CHECK(features[3]["reference"].is_null());
  CHECK_FALSE(parsed(describe_json(loan_model(), "m"))["features"][0].contains("reference"));
}

TEST_CASE("a classifier is described to a person") {
  CHECK(describe_text(loan_model(), "runs/credit/model.safetensors") ==
        "model         runs/credit/model.safetensors\n"
        "task          binary\n"
        "target        status\n"
        "classes       bad 25.0 % (positive), good 75.0 %\n"
        "threshold     0.4\n"
        "features      2: 1 numeric, 1 categorical; 3 inputs\n"
        "  age   numeric      center 37.25, scale 8.5\n"
        "  home  categorical  2: own, rent\n"
        "network       3-2-1, relu\n"
        "parameters    11\n"
        "epoch         12\n"
        "rows          12,000 to train on, 3,000 to validate on\n"
        "validation\n"
        "  accuracy                  0.8750\n"
        "  log_loss                  0.3010\n"
        "config\n"
        "  data:\n"
        "    target: status\n"
        "versions      mdl 0.1.0, libtorch 2.13.0\n");
}

TEST_CASE("scores on test rows stand beside those on the validation rows") {
  Model model = loan_model();
  CHECK_FALSE(parsed(describe_json(model, "m")).contains("test"));
  model.test_rows = 1000;
  model.test = {{Metric::kAccuracy, 0.85}};
  const std::string text = describe_text(model, "m");
  CHECK(text.find("rows          12,000 to train on, 3,000 to validate on, 1,000 to test on\n") != std::string::npos);
  CHECK(text.find("  log_loss                  0.3010\ntest\n  accuracy                  0.8500\nconfig\n") !=
        std::string::npos);
  const json described = parsed(describe_json(model, "m"));
  CHECK(described.at("test_rows") == 1000);
  CHECK(described.at("test") == json{{"accuracy", 0.85}});
}

TEST_CASE("a regression is described by its target's mean instead of classes") {
  const std::string text = describe_text(price_model(), "m");
  CHECK(text.find("target        price\n              mean 1234, standard deviation 99\nfeatures") !=
        std::string::npos);
  CHECK(text.find("classes") == std::string::npos);
  CHECK(text.find("threshold") == std::string::npos);
}

TEST_CASE("what makes a network more than plain layers is named") {
  Model model = loan_model();
  model.network = {.widths = {5, 4, 1},
                   .activation = Activation::kMish,
                   .parametric = true,
                   .normalization = Normalization::kLayer,
                   .dense = 3,
                   .numbers = 1,
                   .frequencies = 2,
                   .members = 4};
  model.temperature = 1.5;
  const std::string text = describe_text(model, "m");
  CHECK(line_of(text, "network") ==
        "network       4 x 5-4-1, parametric mish, layer normalization, periodic embeddings");
  CHECK(line_of(text, "temperature") == "temperature   1.5");
}

TEST_CASE("the parameters of all members are counted") {
  Model model = loan_model();
  model.network.members = 3;
  CHECK(line_of(describe_text(model, "m"), "parameters") == "parameters    33");
  CHECK(parsed(describe_json(model, "m"))["parameters"] == 33);
}

TEST_CASE("what a resumed run was allowed to change is told") {
  Model model = loan_model();
  model.changes = {"train.epochs was 10, is 20 (from step 30 on)"};
  CHECK(line_of(describe_text(model, "m"), "changed") == "changed       train.epochs was 10, is 20 (from step 30 on)");
  CHECK(parsed(describe_json(model, "m"))["changes"] == json(model.changes));
}

TEST_CASE("a description stays within 80 columns, whatever the names") {
  Model model = loan_model();
  model.target.classes.clear();
  model.class_priors.assign(500, 0.002);
  model.target.task = Task::kMulticlass;
  for (int k = 0; k < 500; ++k) model.target.classes.push_back("class " + std::to_string(k));
  model.encoder.features[1] = one_hot(std::string(300, 'n'), std::vector<std::string>(200, std::string(100, 'c')));
  for (int i = 0; i < 60; ++i) model.encoder.features.push_back({.name = "more " + std::to_string(i)});
  model.network.widths.assign(40, 100);
  model.config = "data:\n  ignore: [" + std::string(200, 'i') + "]\n";
  model.changes = {std::string(200, 'x')};
  const std::string text = describe_text(model, std::string(400, 'p'));
  CHECK(widest_line(text) <= 80);
  CHECK(line_of(text, "classes") == "classes       class 0 0.2 %, class 1 0.2 %, class 2 0.2 % and 497 more");
  CHECK(line_of(text, "network") == "network       100-100-100-100-100-100-100-100-...-100, relu");
  CHECK(line_of(text, "  ... ") == "  ... 22 more");
}

TEST_CASE("nothing in a model file reaches the terminal as a control sequence") {
  Model model = loan_model();
  model.target.name = model.target.classes[0] = model.encoder.features[0].name = "\x1b[2J\xFF";
  model.encoder.features[1] = one_hot("home", {"\x1b[2J\xFF", "rent"});
  model.config = "a: \x1b[2J\xFF\n";
  model.changes = {"\x1b[2J\xFF"};
  model.versions = {{"mdl", "\x1b[2J\xFF"}};
  const std::string text = describe_text(model, "\x1b[2J\xFF");
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\xFF') == std::string::npos);
}

TEST_CASE("a classifier is described to a program") {
  Model model = loan_model();
  model.temperature = 1.25;
  model.smoothing = 0.001;
  CHECK(parsed(describe_json(model, "m.safetensors")) == parsed(R"({
    "model": "m.safetensors", "task": "binary", "target": "status",
    "classes": ["bad", "good"], "class_shares": [0.25, 0.75], "positive": "bad", "threshold": 0.4,
    "features": [
      {"name": "age", "kind": "numeric", "center": 37.25, "scale": 8.5, "fill": 0.0, "indicator": false},
      {"name": "home", "kind": "categorical", "categories": ["own", "rent"], "table": false}],
    "missing": ["", "NA"], "scaling": "standard",
    "network": {"members": 1, "widths": [3, 2, 1], "activation": "relu", "parametric": false, "normalization": "none", "scale": false,
                "frequencies": 0, "periodic_outputs": 4, "embeddings": [], "embedding_width": 8},
    "parameters": 11, "temperature": 1.25, "smoothing": 0.001, "epoch": 12, "training_rows": 12000, "validation_rows": 3000,
    "validation": {"accuracy": 0.875, "log_loss": 0.30103}, "changes": [], "config": "data:\n  target: status\n",
    "versions": {"mdl": "0.1.0", "libtorch": "2.13.0"}})"));
}

TEST_CASE("a bound of a regression that is not finite is absent from the JSON") {
  const json document = parsed(describe_json(price_model(), "m"));
  CHECK(document["low"] == 10);
  CHECK_FALSE(document.contains("high"));
  CHECK(document["target_mean"] == 1234.5);
  CHECK_FALSE(document.contains("classes"));
  CHECK_FALSE(document.contains("temperature"));
}

TEST_CASE("names that are not UTF-8 leave valid JSON") {
  Model model = loan_model();
  model.target.classes[0] = "b\xFF";
  CHECK(parsed(describe_json(model, "m"))["classes"][0] == "b\xEF\xBF\xBD");
}

TEST_CASE("a threshold that was chosen is described with what it is best for") {
  Model model = loan_model();
  model.threshold_rule = "{cost: {false_positive: 1, false_negative: 5}}";
  CHECK(line_of(describe_text(model, "m"), "threshold") ==
        "threshold     0.4, chosen by {cost: {false_positive: 1, false_negative: 5}}");
  model.threshold_rule = "f1";
  CHECK(line_of(describe_text(model, "m"), "threshold") == "threshold     0.4, chosen by f1");
  CHECK(parsed(describe_json(model, "m"))["threshold_rule"] == "f1");
  CHECK_FALSE(parsed(describe_json(loan_model(), "m")).contains("threshold_rule"));
}
