#include "serve/details.h"

#include "catch.h"
#include "features.h"
#include "modelfile/serving.h"

using namespace mdl;

namespace {

Feature number(std::string name, NumberForm form, Histogram histogram) {
  return {.name = std::move(name), .kind = NumericColumn{.form = std::move(form)}, .histogram = std::move(histogram)};
}

NumberForm date(std::string order) { return {.kind = NumberForm::Kind::kDate, .order = std::move(order)}; }

Model model_of(std::vector<Feature> features) {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "good"}, .positive = 0};
  model.threshold = 0.4;
  model.encoder.features = std::move(features);
  return model;
}

std::string inputs_of(Model model) { return details_of(model)["inputs"].dump(); }

}  // namespace

TEST_CASE("details tell the target, its classes and the threshold") {
  Model model = model_of({});
  CHECK(details_of(model).dump() ==
        R"({"target":"status","task":"binary","classes":["bad","good"],"positive":"bad","threshold":0.4,"inputs":[]})");
  model.target = {.name = "price"};
  CHECK(details_of(model).dump() == R"({"target":"price","task":"regression","inputs":[]})");
}

TEST_CASE("the range of a number is that of nine rows in ten, with a step that fits") {
  CHECK(inputs_of(model_of({number("age", {}, {{18, 30, 65, 80}, {5, 45, 40, 6, 4, 25}})})) ==
        R"([{"name":"age","kind":"number","range":{"low":18.0,"median":30.0,"high":80.0,"step":1.0},)"
        R"("missing_share":0.2}])");
  CHECK(inputs_of(model_of({number("ratio", {}, {{0.25, 1.5}, {1, 1, 1, 0}})})) ==
        R"([{"name":"ratio","kind":"number","range":{"low":0.25,"median":1.5,"high":1.5,"step":0.01},)"
        R"("missing_share":0.0}])");
  CHECK(inputs_of(model_of({number("most", {}, {{7}, {9, 1, 0}})})) ==
        R"([{"name":"most","kind":"number","range":{"low":7.0,"median":7.0,"high":7.0},"missing_share":0.0}])");
  CHECK(inputs_of(model_of({number("one", {}, {{}, {9, 1}})})) ==
        R"([{"name":"one","kind":"number","missing_share":0.1}])");
  CHECK(inputs_of(model_of({number("wide", {}, {{-1e308, 1e308}, {1, 1, 1, 0}})})) ==
        R"([{"name":"wide","kind":"number","range":{"low":-1e+308,"median":1e+308,"high":1e+308},)"
        R"("missing_share":0.0}])");
}

TEST_CASE("a range is told in cells of the column's form") {
  const Histogram days = {{19874}, {1, 1, 0}};
  CHECK(inputs_of(model_of({number("when", date(""), days), number("day", date("dmy"), days)})) ==
        R"([{"name":"when","kind":"date","form":"date like 2024-05-31","range":{"low":"2024-05-31",)"
        R"("median":"2024-05-31","high":"2024-05-31"},"missing_share":0.0},)"
        R"({"name":"day","kind":"date","form":"date like 31/12/2024","range":{"low":"31/05/2024",)"
        R"("median":"31/05/2024","high":"31/05/2024"},"missing_share":0.0}])");
  const NumberForm time = {.kind = NumberForm::Kind::kTime};
  const NumberForm spelled = {.kind = NumberForm::Kind::kSpelled, .decimal = ',', .unit = "kg"};
  CHECK(inputs_of(model_of({number("at", time, {{9.5}, {1, 1, 0}}), number("weight", spelled, {{1.5}, {1, 1, 0}})})) ==
        R"([{"name":"at","kind":"number","form":"time like 9:30","range":{"low":"9:30","median":"9:30",)"
        R"("high":"9:30"},"missing_share":0.0},{"name":"weight","kind":"number",)"
        R"("form":"number with a decimal comma and the unit 'kg'","range":{"low":"1,5 kg","median":"1,5 kg",)"
        R"("high":"1,5 kg"},"missing_share":0.0}])");
  CHECK(parse_cell("1,5 kg", spelled) == 1.5);
}

TEST_CASE("categories are told with their shares, the most frequent where they are many") {
  Feature few = one_hot("home", {"own", "rent"});
  few.histogram.counts = {6, 3, 0, 1};
  CHECK(inputs_of(model_of({few})) ==
        R"([{"name":"home","kind":"category","categories":[{"value":"own","share":0.6},{"value":"rent","share":0.3}],)"
        R"("missing_share":0.1}])");
  std::vector<std::string> names;
  for (int k = 0; k < 203; ++k) names.push_back(std::to_string(k));
  Feature many = embedded("zip", names);
  many.histogram.counts.assign(205, 1);
  many.histogram.counts[202] = 2;
  const nlohmann::ordered_json input = details_of(model_of({many}))["inputs"][0];
  CHECK(input["more"] == 3);
  CHECK(input["categories"].size() == 200);
  CHECK(input["categories"][199].dump() == R"({"value":"202","share":0.0097})");
  CHECK(input["categories"][198]["value"] == "198");
}

TEST_CASE("a serving model tells names and kinds alone") {
  Model model = model_of({number("when", date(""), {{19874}, {1, 1, 0}}), one_hot("home", {"own", "rent"})});
  model.encoder.features[1].histogram.counts = {6, 3, 0, 1};
  CHECK(inputs_of(serving_model(model)) ==
        R"([{"name":"when","kind":"date","form":"date like 2024-05-31"},{"name":"home","kind":"category"}])");
}
