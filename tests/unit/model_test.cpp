#include "modelfile/model.h"

#include <chrono>
#include <limits>

#include "base/error.h"
#include "catch.h"
#include "features.h"
#include "modelfile/safetensors.h"

using namespace mdl;
using namespace std::string_literals;

namespace {

/// Inputs: 2 numbers and 3 + 1 categories.
Model binary_model() {
  Model model;
  model.target.name = "Stat\"us\n";
  model.target.task = Task::kBinary;
  model.target.classes = {"bad, very", "g\xC3\xB6od\xFF"};
  model.target.positive = 0;
  model.encoder.features = {{.name = "age", .kind = NumericColumn{.center = 37.1, .scale = 0.1, .imputed = 0.5f}},
                            {.name = "", .kind = NumericColumn{.center = -1e-300, .scale = 1e300}},
                            one_hot("home\0x"s, {"", "a", "\xFE\xFF\n"}),
                            one_hot("o", {"1"})};
  model.encoder.missing = NullValues({"", "NA", "\xFF"});
  model.network = {.widths = {6, 2, 1}, .activation = Activation::kGelu, .dense = 6, .numbers = 2};
  model.members = {{{0.1f, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e-45f}, {0.25f, 3.4e38f}, {-0.0f, 1}, {0.5f}}};
  model.temperature = 1.25;
  model.smoothing = 0.001;
  model.threshold = 0.1;
  model.threshold_rule = "f1";
  model.class_priors = {0.3, 0.7};
  model.epoch = 12;
  model.training_rows = 3'000'000'000;
  model.validation_rows = 7;
  model.validation = {{Metric::kAccuracy, 0.1 + 0.2}, {Metric::kLogLoss, 1e-17}};
  model.validation_intervals = {{Metric::kAccuracy, {0.1 + 0.1, 0.4}}, {Metric::kLogLoss, {0, 1e-16}}};
  model.config = "data:\n  target: \"\xC3\xBC\"\n";
  model.versions = {{"mdl", "0.1.0"}, {"libtorch", "2.13"}};
  return model;
}

Model multiclass_model() {
  Model model = binary_model();
  model.target.task = Task::kMulticlass;
  model.target.classes = {"1", "2", "3"};
  model.target.positive = 1;
  model.class_priors = {0.5, 0.25, 0.25};
  model.network = {.widths = {6, 3}, .dense = 6, .numbers = 2};
  model.members = {{std::vector<float>(18, 0.5f), {1, 2, 3}}};
  model.threshold = 0.5;
  return model;
}

/// Two hidden layers with a LayerNorm each.
Model normalized_model() {
  Model model = binary_model();
  model.network = {.widths = {6, 2, 1, 1},
                   .activation = Activation::kTanh,
                   .normalization = Normalization::kLayer,
                   .dense = 6,
                   .numbers = 2};
  model.members = {{std::vector<float>(12, 0.5f), {1, 2}, {3, 4}, {5, 6}, {7, 8}, {9}, {10}, {11}, {12}, {13}}};
  model.changes = {"train.epochs was 10, is 20", "train.patience was 1, is 2"};
  return model;
}

/// Two members, each with all that a front can have: inputs 2 * 3 numbers, 1 indicator, 1 code, 2 of each table.
Model rich_model() {
  Model model = binary_model();
  model.encoder.scaling = Scaling::kRobust;
  std::vector<Feature>& features = model.encoder.features;
  numeric(features[0]).embedded_values = NumberIndex({-1, 0, 7.5});
  numeric(features[1]).form.kind = NumberForm::Kind::kDate;
  features[0].histogram = {{-0.5, 1e300}, {1, 0, 2, 4}};
  features[1].histogram = {{}, {3, 4}};
  features[2] = embedded(features[2].name, categories(features[2]));
  features[2].histogram.counts = {0, 0, 0, 7, 0};
  features[3] = one_hot("o", {"1"}, {1, -1});
  features[3].histogram.counts = {5, 1, 1};
  numeric(features[1]).presence = {-0.5f, 2};
  model.network = {.widths = {12, 2, 1},
                   .activation = Activation::kMish,
                   .parametric = true,
                   .scale = true,
                   .dense = 4,
                   .numbers = 2,
                   .frequencies = 2,
                   .periodic_outputs = 3,
                   .embeddings = {4, 4},
                   .embedding_width = 2,
                   .members = 2};
  model.members.clear();
  for (int m = 0; m < 2; ++m) {
    Values& values = model.members.emplace_back();
    for (const Parameter& parameter : parameters_of(model.network)) {
      values.emplace_back(static_cast<size_t>(parameter.size()),
                          static_cast<float>(m + 1) / static_cast<float>(values.size() + 1));
    }
  }
  return model;
}

Model regression_model() {
  Model model = binary_model();
  model.target.task = Task::kRegression;
  model.target.classes = {};
  model.target.positive = 1;
  model.target.mean = -7.25;
  model.target.scale = 1e-9;
  model.temperature = 1;
  model.smoothing = 0;
  model.low = -3.5;
  model.high = 0.1;
  model.class_priors = {};
  model.validation = {{Metric::kRmse, 12.5}};
  return model;
}

void check_same(const Feature& a, const Feature& b) {
  REQUIRE(a.kind.index() == b.kind.index());
  if (a.categories() != nullptr) {
    CHECK(categories(a) == categories(b));
    const auto x = a.inputs().encoding, y = b.inputs().encoding;
    CHECK(std::vector(x.begin(), x.end()) == std::vector(y.begin(), y.end()));
    return;
  }
  CHECK(numeric(a).center == numeric(b).center);
  CHECK(numeric(a).scale == numeric(b).scale);
  CHECK(numeric(a).imputed == numeric(b).imputed);
  CHECK(numeric(a).presence == numeric(b).presence);
  CHECK(numeric(a).embedded_values.numbers() == numeric(b).embedded_values.numbers());
}

void check_same(const Model& a, const Model& b) {
  CHECK(a.target.name == b.target.name);
  CHECK(a.target.task == b.target.task);
  CHECK(a.target.classes == b.target.classes);
  CHECK(a.target.positive == b.target.positive);
  CHECK(a.target.mean == b.target.mean);
  CHECK(a.target.scale == b.target.scale);
  REQUIRE(a.encoder.features.size() == b.encoder.features.size());
  for (size_t f = 0; f < a.encoder.features.size(); ++f) {
    CHECK(a.encoder.features[f].name == b.encoder.features[f].name);
    check_same(a.encoder.features[f], b.encoder.features[f]);
    CHECK(a.encoder.features[f].histogram.edges == b.encoder.features[f].histogram.edges);
    CHECK(a.encoder.features[f].histogram.counts == b.encoder.features[f].histogram.counts);
  }
  CHECK(a.encoder.scaling == b.encoder.scaling);
  CHECK(a.encoder.missing.spellings() == b.encoder.missing.spellings());
  CHECK(a.network.widths == b.network.widths);
  CHECK(a.network.activation == b.network.activation);
  CHECK(a.network.normalization == b.network.normalization);
  CHECK(a.network.parametric == b.network.parametric);
  CHECK(a.network.scale == b.network.scale);
  CHECK(a.network.dense == b.network.dense);
  CHECK(a.network.numbers == b.network.numbers);
  CHECK(a.network.frequencies == b.network.frequencies);
  CHECK(a.network.periodic_outputs == b.network.periodic_outputs);
  CHECK(a.network.embeddings == b.network.embeddings);
  CHECK(a.network.embedding_width == b.network.embedding_width);
  CHECK(a.network.members == b.network.members);
  CHECK(a.members == b.members);
  CHECK(a.temperature == b.temperature);
  CHECK(a.smoothing == b.smoothing);
  CHECK(a.low == b.low);
  CHECK(a.high == b.high);
  CHECK(a.threshold == b.threshold);
  CHECK(a.threshold_rule == b.threshold_rule);
  CHECK(a.class_priors == b.class_priors);
  CHECK(a.epoch == b.epoch);
  CHECK(a.training_rows == b.training_rows);
  CHECK(a.validation_rows == b.validation_rows);
  CHECK(a.changes == b.changes);
  CHECK(a.validation == b.validation);
  REQUIRE(a.validation_intervals.size() == b.validation_intervals.size());
  for (size_t i = 0; i < a.validation_intervals.size(); ++i) {
    CHECK(a.validation_intervals[i].first == b.validation_intervals[i].first);
    CHECK(a.validation_intervals[i].second.low == b.validation_intervals[i].second.low);
    CHECK(a.validation_intervals[i].second.high == b.validation_intervals[i].second.high);
  }
  CHECK(a.test_rows == b.test_rows);
  CHECK(a.test == b.test);
  REQUIRE(a.test_intervals.size() == b.test_intervals.size());
  CHECK(a.metric == b.metric);
  CHECK(a.version == b.version);
  CHECK(a.config == b.config);
  CHECK(a.versions == b.versions);
}

std::string why_bytes(const std::string& bytes) {
  try {
    parse_model(bytes, "m.safetensors");
  } catch (const Error& error) {
    const std::string start = "m.safetensors: is not a usable model file: ";
    const std::string text = error.what();
    REQUIRE(text.substr(0, start.size()) == start);
    return text.substr(start.size());
  }
  return "accepted";
}

/// Why a model is refused after `damage` was done to its container.
template <class Damage>
std::string why(const Model& model, Damage damage) {
  Safetensors file = parse_safetensors(format_model(model), "m");
  damage(file);
  return why_bytes(format_safetensors(file));
}

/// Why the model is refused when `before` in one of its documents becomes `after`.
std::string why(const Model& model, const std::string& key, const std::string& before, const std::string& after) {
  return why(model, [&](Safetensors& file) {
    std::string& text = file.metadata.at(key);
    const size_t at = text.find(before);
    REQUIRE(at != std::string::npos);
    text.replace(at, before.size(), after);
  });
}

std::string why_model(const std::string& before, const std::string& after) {
  return why(binary_model(), "mdl.model", before, after);
}
std::string why_training(const std::string& before, const std::string& after) {
  return why(binary_model(), "mdl.training", before, after);
}

/// Why a model is refused whose `name` is another tensor.
std::string why_tensor(const std::string& name, TensorData tensor) {
  return why(binary_model(), [&](Safetensors& file) { file.tensors.at(name) = std::move(tensor); });
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a model comes back as it was") {
  for (const Model& model :
       {binary_model(), multiclass_model(), regression_model(), normalized_model(), rich_model()}) {
    const std::string bytes = format_model(model);
    const Model again = parse_model(bytes, "m");
    check_same(again, model);
    CHECK(format_model(again) == bytes);
  }
}

TEST_CASE("a model of numbers alone, or of categories alone, comes back") {
  Model numbers = binary_model();
  numbers.encoder.features.resize(2);
  numbers.network = {.widths = {2, 1}, .dense = 2, .numbers = 2};
  numbers.members = {{{1, 2}, {3}}};
  check_same(parse_model(format_model(numbers), "m"), numbers);
  Model categories = binary_model();
  categories.encoder.features.erase(categories.encoder.features.begin(), categories.encoder.features.begin() + 2);
  categories.network = {.widths = {4, 1}, .dense = 4};
  categories.members = {{{1, 2, 3, 4}, {5}}};
  check_same(parse_model(format_model(categories), "m"), categories);
}

TEST_CASE("a reference row comes back, of each feature its number or its category's position") {
  Model model = rich_model();
  CHECK(format_model(model).find("encoder.reference") == std::string::npos);
  model.encoder.reference = {37.5, -1e300, 2, -1};
  const std::string bytes = format_model(model);
  const Model again = parse_model(bytes, "m");
  CHECK(again.encoder.reference == model.encoder.reference);
  CHECK(format_model(again) == bytes);
  const auto why_reference = [&](const std::vector<double>& cells) {
    return why(model, [&](Safetensors& file) {
      const auto size = static_cast<int64_t>(cells.size());
      file.tensors.at("encoder.reference") = TensorData::of(DType::kF64, {size}, cells);
    });
  };
  const std::string out_of_range = "tensor encoder.reference holds a value that is out of range",
                    shape = "tensor encoder.reference has another type or shape than the network needs";
  CHECK(why_reference({37.5, 0, 3, -1}) == out_of_range);
  CHECK(why_reference({37.5, 0, 0, 1}) == out_of_range);
  CHECK(why_reference({37.5, 0, 0.5, 0}) == out_of_range);
  CHECK(why_reference({37.5, 0, -2, 0}) == out_of_range);
  CHECK(why_reference({kNan, 0, 0, 0}) == "tensor encoder.reference holds a value that is not finite");
  CHECK(why_reference({0, 0, 0}) == shape);
  CHECK(why_reference({0, 0, 0, 0, 0}) == shape);
  CHECK(why_reference({}) == shape);
  CHECK(why_reference({0, 0, 0, 0}) == "accepted");
}

TEST_CASE("a version comes back, and a model without one has none in its bytes") {
  Model model = binary_model();
  CHECK(format_model(model).find("\\\"version\\\"") == std::string::npos);
  model.version = 12;
  CHECK(parse_model(format_model(model), "m").version == 12);
  CHECK(why(model, "mdl.model", "\"version\":12", "\"version\":0") == "its version is 0");
  CHECK(why(model, "mdl.model", "\"version\":12", "\"version\":1.5") == "'1.5' in it is not a whole number in range");
  CHECK_NOTHROW(expect_version(model, "m", 12));
  CHECK_NOTHROW(expect_version(binary_model(), "m", 0));
  CHECK_THROWS_WITH(expect_version(model, "m", 13), "m: is version 12; --min-version 13 refuses it");
  CHECK_THROWS_WITH(expect_version(binary_model(), "m", 1),
                    "m: has no version (model.version); --min-version 1 refuses it");
}

TEST_CASE("how numbers are spelled comes back, of columns and of the target") {
  using Kind = NumberForm::Kind;
  const NumberForm spelled{.kind = Kind::kSpelled, .decimal = ',', .thousands = ".", .unit = "€"},
      date{.kind = Kind::kDate, .order = "dmy"}, time{.kind = Kind::kTime};
  Model model = regression_model();
  for (const NumberForm& form : {spelled, date, time}) {
    model.target.form = numeric(model.encoder.features[0]).form = form;
    const Model again = parse_model(format_model(model), "m");
    CHECK(again.target.form == form);
    CHECK(numeric(again.encoder.features[0]).form == form);
    CHECK(numeric(again.encoder.features[1]).form == NumberForm());
  }
  const std::string unknown = "it has a column with an unknown number format";
  model.target.form = {};
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"time\":false}") == unknown);
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"date\":\"\"}") == unknown);
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"date\":\"ydm\"}") == unknown);
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"decimal\":\",\"}") == unknown);
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"decimal\":\",\",\"thousands\":\",\",\"unit\":\"\"}") == unknown);
  CHECK(why(model, "mdl.model", "{\"time\":true}", "{\"decimal\":\".\",\"thousands\":\"\",\"unit\":\"5\"}") == unknown);
}

TEST_CASE("what a regression learned by comes back, and squared errors leave no word of it") {
  using enum LossKind;
  const std::string plain = format_model(regression_model());
  for (const char* key : {"target_loss", "smearing", "transform", "quantile", "exposure"}) {
    INFO(key);
    CHECK(plain.find(key) == std::string::npos);
  }
  const auto again = [](const Objective& objective, bool log) {
    Model model = regression_model();
    model.target.objective = objective;
    model.target.log = log;
    model.target.average = 3;
    model.smearing = model.target.is_smeared() ? 1.25 : 1;
    return parse_model(format_model(model), "m");
  };
  CHECK(again({.loss = kMae}, false).target.objective.loss == kMae);
  CHECK(again({.loss = kHuber, .huber_delta = 0.3}, false).target.objective.huber_delta == 0.3);
  CHECK(again({.loss = kTweedie, .tweedie_power = 1.1}, true).target.objective.tweedie_power == 1.1);
  CHECK(again({.loss = kPoisson}, true).target.log);
  CHECK_FALSE(again({.loss = kMae}, false).target.log);
  CHECK(again({.loss = kMae}, true).target.log);
  CHECK(again({}, true).target.average == 3);
  CHECK(again({}, true).smearing == 1.25);
  CHECK(again({.loss = kHuber}, true).smearing == 1.25);
  CHECK(again({.loss = kMae}, true).smearing == 1);

  Model exposed = regression_model();
  exposed.target.objective.loss = kGamma;
  exposed.target.log = true;
  exposed.encoder.exposure = Exposure{.column = "years\xFF"};
  CHECK(parse_model(format_model(exposed), "m").encoder.exposure->column == "years\xFF");
  exposed.encoder.exposure->form = {.kind = NumberForm::Kind::kSpelled, .decimal = ','};
  CHECK(parse_model(format_model(exposed), "m").encoder.exposure->form == exposed.encoder.exposure->form);
  CHECK(why(exposed, "mdl.model", "gamma", "mae") == "it has exposures without a log link");
}

TEST_CASE("a quantile regression has an output and a center for each of its ascending quantiles") {
  Model model = multiclass_model();
  model.target = {.name = "y",
                  .task = Task::kRegression,
                  .objective = {.loss = LossKind::kQuantile, .quantiles = {0.25, 0.5, 0.75}},
                  .centers = {1, 2, 4}};
  model.class_priors.clear();
  const Model again = parse_model(format_model(model), "m");
  CHECK(again.target.objective == model.target.objective);
  CHECK(again.target.centers == model.target.centers);
  CHECK(why(model, "mdl.model", "[0.25,0.5,0.75]", "[0.25,0.5]") == "it has 3 centers for 2 quantiles");
  CHECK(why(model, "mdl.model", "[0.25,0.5,0.75]", "[0.5,0.25,0.75]") == "its quantiles do not ascend from 0 to 1");
  CHECK(why(model, "mdl.model", "[0.25,0.5,0.75]", "[0.25,0.5,1]") == "its quantiles do not ascend from 0 to 1");
}

TEST_CASE("the layers are named as torch.nn.Sequential names them") {
  const Safetensors file = parse_safetensors(format_model(binary_model()), "m");
  CHECK(file.tensors.at("0.weight").shape == std::vector<int64_t>{2, 6});
  CHECK(file.tensors.at("0.bias").shape == std::vector<int64_t>{2});
  CHECK(file.tensors.at("2.weight").shape == std::vector<int64_t>{1, 2});
  CHECK(file.tensors.at("2.bias").shape == std::vector<int64_t>{1});
  CHECK(file.tensors.size() == 10);
  CHECK(file.metadata.at("mdl.format") == "1");
}

TEST_CASE("a LayerNorm has a place of its own in torch.nn.Sequential") {
  const Safetensors file = parse_safetensors(format_model(normalized_model()), "m");
  CHECK(file.tensors.at("0.weight").shape == std::vector<int64_t>{2, 6});
  CHECK(file.tensors.at("1.weight").values<float>() == std::vector<float>{3, 4});
  CHECK(file.tensors.at("1.bias").values<float>() == std::vector<float>{5, 6});
  CHECK(file.tensors.at("3.weight").shape == std::vector<int64_t>{1, 2});
  CHECK(file.tensors.at("4.bias").values<float>() == std::vector<float>{11});
  CHECK(file.tensors.at("6.weight").values<float>() == std::vector<float>{12});
  CHECK(file.tensors.size() == 16);
}

TEST_CASE("of several members each parameter is named with its member") {
  const Safetensors file = parse_safetensors(format_model(rich_model()), "m");
  for (const std::string member : {"members.0.", "members.1."}) {
    CHECK(file.tensors.at(member + "periodic.weight").shape == std::vector<int64_t>{2, 2, 2});
    CHECK(file.tensors.at(member + "embedding.0").shape == std::vector<int64_t>{4, 2});
    CHECK(file.tensors.at(member + "scale").shape == std::vector<int64_t>{12});
    CHECK(file.tensors.at(member + "0.weight").shape == std::vector<int64_t>{2, 12});
    CHECK(file.tensors.at(member + "1.alpha").shape == std::vector<int64_t>{2});
    CHECK(file.tensors.at(member + "2.bias").shape == std::vector<int64_t>{1});
  }
}

TEST_CASE("a score that is not finite is not kept") {
  Model model = binary_model();
  model.validation = {{Metric::kAccuracy, 0.5}, {Metric::kLogLoss, std::numeric_limits<double>::infinity()}};
  CHECK(parse_model(format_model(model), "m").validation == Scores{{Metric::kAccuracy, 0.5}});
}

TEST_CASE("histograms that do not fit their columns or each other are refused") {
  using Counts = std::vector<int64_t>;
  const auto why_counts = [](const Counts& counts) {
    return why(rich_model(), [&](Safetensors& file) {
      file.tensors.at("histogram.counts") = TensorData::of(DType::kI64, {static_cast<int64_t>(counts.size())}, counts);
    });
  };
  const auto why_edges = [](const std::vector<double>& edges) {
    return why(rich_model(), [&](Safetensors& file) {
      file.tensors.at("histogram.edges") = TensorData::of(DType::kF64, {static_cast<int64_t>(edges.size())}, edges);
    });
  };
  const auto why_rich = [](const std::string& before, const std::string& after) {
    return why(rich_model(), "mdl.model", before, after);
  };
  CHECK(why_counts({1, 0, 2, 4, 3, 4, 0, 0, 0, 7, 0, 5, 1, 1}) == "accepted");
  CHECK(why_counts({1, 0, 2, 4, 3, 4, 0, 0, 0, 7, 0, 5, 1, 2}) ==
        "the bins of column 'o' hold 8 rows, those of the others 7");
  CHECK(why_counts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) == "the bins of column 'age' hold no row");
  CHECK(why_counts({1, 0, 2, 4, 8, -1, 0, 0, 0, 7, 0, 5, 1, 1}) ==
        "tensor histogram.counts holds a value that is out of range");
  CHECK(why_counts({INT64_MAX, 0, 2, 4, 3, 4, 0, 0, 0, 7, 0, 5, 1, 1}) ==
        "tensor histogram.counts holds a value that is out of range");
  CHECK(why_counts({1, 0, 2, 4, 3, 4, 0, 0, 0, 7, 0, 5, 1}) ==
        "tensor histogram.counts has another type or shape than the network needs");
  CHECK(why_edges({1, 1}) == "the bins of column 'age' are not in ascending order");
  CHECK(why_edges({2, kInfinity}) == "tensor histogram.edges holds a value that is not finite");
  CHECK(why_edges({1, 2, 3}) == "tensor histogram.edges has another type or shape than the network needs");
  CHECK(why_rich("\"edges\":2", "\"edges\":3") == "'3' in it is not a whole number in range");
  CHECK(why_rich("\"edges\":2", "\"edges\":1") ==
        "tensor histogram.edges has another type or shape than the network needs");
  CHECK(why(rich_model(), [](Safetensors& file) { file.tensors.erase("histogram.counts"); }) ==
        "tensor histogram.counts is not there");
}

TEST_CASE("a model holds what it scores on test rows, and the score that stands for it, where there are such") {
  Model model = binary_model();
  CHECK(main_metric(model) == Metric::kAccuracy);
  const std::string without = format_model(model);
  CHECK(without.find("\\\"test\\\"") == std::string::npos);
  CHECK(without.find("\\\"metric\\\"") == std::string::npos);
  model.test_rows = 5;
  model.test = {{Metric::kAccuracy, 0.6}, {Metric::kLogLoss, 0.7}};
  model.test_intervals = {{Metric::kAccuracy, {0.5, 0.7}}};
  model.metric = Metric::kRocAuc;
  const Model read = parse_model(format_model(model), "m");
  check_same(read, model);
  CHECK(read.test_intervals[0].second.low == 0.5);
  CHECK(main_metric(read) == Metric::kRocAuc);
}

TEST_CASE("an interval that is not finite is not kept, and one that ends before it begins is refused") {
  Model model = binary_model();
  model.validation_intervals = {{Metric::kAccuracy, {0, std::numeric_limits<double>::infinity()}}};
  CHECK(parse_model(format_model(model), "m").validation_intervals.empty());
  model.validation_intervals = {{Metric::kAccuracy, {0.5, 0.25}}};
  CHECK_THROWS_WITH(parse_model(format_model(model), "m"),
                    "m: is not a usable model file: the interval of 'accuracy' has its ends swapped");
}

TEST_CASE("a model file cut off anywhere is refused") {
  const std::string bytes = format_model(binary_model());
  for (size_t size = 0; size < bytes.size(); ++size) CHECK(why_bytes(bytes.substr(0, size)) != "accepted");
  CHECK(why_bytes(bytes + '\0') == "1 bytes after the last tensor");
}

TEST_CASE("a flipped bit is refused or leaves a model that can be used") {
  const std::string bytes = format_model(binary_model());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    try {
      const Model model = parse_model(damaged, "m");
      CHECK(model.network.widths.front() == model.network.input_width());
      CHECK(model.network.dense == static_cast<int64_t>(model.encoder.width()));
      CHECK(model.network.widths.back() == output_count(model.target));
    } catch (const Error&) {
    }
  }
}

TEST_CASE("any other safetensors file is no model") {
  CHECK(why_bytes(format_safetensors({})) == "it has no mdl.format in its metadata; was it written by mdl?");
  CHECK(why(binary_model(), [](Safetensors& file) { file.metadata.erase("mdl.model"); }) ==
        "it has no mdl.model in its metadata; was it written by mdl?");
  CHECK(why(binary_model(), [](Safetensors& file) { file.metadata.erase("mdl.config"); }) ==
        "it has no mdl.config in its metadata; was it written by mdl?");
}

TEST_CASE("another format version is named") {
  CHECK(why(binary_model(), "mdl.format", "1", "3") ==
        "its format is version '3', this program reads versions 1 and 2");
}

TEST_CASE("a damaged description is refused") {
  const std::string damaged = "its description is damaged";
  CHECK(why_model("{", "[") == "mdl.model in its metadata is not JSON, at byte 8");
  CHECK(why_model("\"task\"", "\"tusk\"") == damaged);
  CHECK(why_model("\"binary\"", "5") == damaged);
  CHECK(why_model("\"features\":[", "\"features\":[5,") == damaged);
  CHECK(why_training("\"epoch\"", "\"epic\"") == damaged);
  CHECK(why_training("12", "1e999") == "mdl.training in its metadata is not JSON, at byte 14");
  CHECK(why(binary_model(), "mdl.versions", "\"2.13\"", "2.13") == damaged);
  CHECK(why_model("[6,2,1]", std::string(100'000, '[')) == "mdl.model in its metadata is nested too deeply");
}

TEST_CASE("what another reader might see and this one not is refused") {
  const auto extra_tensor = [](Safetensors& file) {
    file.tensors["0.weight2"] = TensorData::of<float>(DType::kF32, {1}, {1});
  };
  CHECK(why(binary_model(), extra_tensor) == "tensor '0.weight2' is unexpected");
  CHECK(why(binary_model(), [](Safetensors& file) {
          file.tensors["encoder.values"] = TensorData::of<double>(DType::kF64, {0}, {});
        }) == "tensor 'encoder.values' is unexpected");
  CHECK(why(binary_model(), [](Safetensors& file) { file.metadata["mdl.modle"] = "{}"; }) ==
        "its metadata has the unknown key 'mdl.modle'");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":0.1,\"threshold\":0.0") ==
        "mdl.model in its metadata holds the key 'threshold' twice");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":0.1,\"thr\\u0065shold\":0.0") ==
        "mdl.model in its metadata holds the key 'threshold' twice");
  CHECK(why_model("\"none\"", "\"none\",\"scale\":true") == "mdl.model in its metadata holds the key 'scale' twice");
  CHECK(why_model("\"kind\":\"numeric\"", "\"kind\":\"numeric\",\"kind\":\"categorical\"") ==
        "mdl.model in its metadata holds the key 'kind' twice");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":0.1,\"treshold\":0.5") ==
        "its description has the unknown key 'treshold'");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":0.1,\"low\":0") == "its description has the unknown key 'low'");
  CHECK(why_model("\"none\"", "\"none\",\"dropout\":0.5") == "its description has the unknown key 'dropout'");
  CHECK(why_model("\"indicator\":false", "\"indicator\":false,\"table\":true") ==
        "its description has the unknown key 'table'");
  CHECK(why(multiclass_model(), "mdl.model", "\"threshold\"", "\"positive\":0,\"threshold\"") ==
        "its description has the unknown key 'positive'");
  CHECK(why_training("\"epoch\":12", "\"epoch\":12,\"epochs\":13") == "its description has the unknown key 'epochs'");
  CHECK(why_training("\"low\":0.2", "\"low\":0.2,\"mid\":0.3") == "its description has the unknown key 'mid'");
  CHECK(why_training("\"accuracy\":0.3", "\"akkuracy\":0.3") == "'akkuracy' is not a score that this version knows");
  CHECK(why(binary_model(), "mdl.versions", "\"libtorch\"", "\"mdl\"") ==
        "mdl.versions in its metadata holds the key 'mdl' twice");
}

TEST_CASE("features that no input could be made of are refused") {
  const auto why_changed = [](auto change) {
    Model model = rich_model();
    change(model.encoder.features);
    return why_bytes(format_model(model));
  };
  using Features = std::vector<Feature>;
  CHECK(why_changed([](Features&) {}) == "accepted");
  CHECK(why_changed([](Features& features) {
          features[3] = one_hot("o", {});
          features[3].histogram.counts = {6, 1};
        }) == "column 'o' has no category");
  CHECK(why_changed([](Features& features) {
          features[2] = embedded(features[2].name, {});
          features[2].histogram.counts = {6, 1};
        }) == "column 'home\\x00x' has no category");
  CHECK(why_changed([](Features& features) { features.clear(); }) == "it has no feature");
  Model model = multiclass_model();
  model.target.classes.clear();
  for (size_t k = 0; k <= kMostClasses; ++k) model.target.classes.push_back(std::to_string(k));
  CHECK(why_bytes(format_model(model)) == "it has 10001 classes, more than 10000");
}

TEST_CASE("dates with season and weekday come back") {
  Model model = regression_model();
  model.encoder.features[0].kind = DateColumn{
      {.form = {.kind = NumberForm::Kind::kDate}, .center = 19'000, .scale = 100, .presence = Presence{0, 1}},
      {.season = true, .weekday = true}};
  model.network = {.widths = {11, 1}, .dense = 11, .numbers = 2};
  model.members = {{std::vector<float>(11, 0.5f), {1}}};
  const std::string bytes = format_model(model);
  const Model again = parse_model(bytes, "m");
  CHECK(std::get<DateColumn>(again.encoder.features[0].kind).numbers.presence == Presence{0, 1});
  CHECK(format_model(again) == bytes);
  CHECK(why(model, "mdl.model", "\"indicator\":true,\"dates\":true", "\"indicator\":true") ==
        "column 'age' holds no dates");
  CHECK(bytes.find("\"parts\"") == std::string::npos);  // as earlier versions read them

  auto& date = std::get<DateColumn>(model.encoder.features[0].kind);
  date.parts = {.season = true, .hour = true};
  CHECK(std::get<DateColumn>(parse_model(format_model(model), "m").encoder.features[0].kind).parts == date.parts);
  CHECK(why(model, "mdl.model", R"(["season","hour"])", R"(["hour","season"])") == "its description is damaged");
  CHECK(why(model, "mdl.model", R"(["season","hour"])", R"(["season","moon"])") ==
        "'moon' is not a value that this version knows");
  date.numbers.form.kind = NumberForm::Kind::kTime;
  CHECK(why_bytes(format_model(model)) == "column 'age' has parts that a time does not have");
}

TEST_CASE("a model of a hundred thousand features is read in a moment") {
  Model model = binary_model();
  model.encoder.features.clear();
  constexpr int64_t kFeatures = 100'000;
  for (int64_t f = 0; f < kFeatures; ++f) model.encoder.features.push_back({.name = std::to_string(f)});
  model.network = {.widths = {kFeatures, 1}, .dense = kFeatures, .numbers = kFeatures};
  model.members = {{std::vector<float>(kFeatures, 0.5f), {1}}};
  const std::string bytes = format_model(model);
  const auto start = std::chrono::steady_clock::now();
  CHECK(parse_model(bytes, "m").encoder.features.size() == kFeatures);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // sanitized and on a busy machine; keys
                                                                               // looked for anew each took minutes
}

TEST_CASE("words that this version does not know are refused") {
  CHECK(why_model("binary", "ranking") == "'ranking' is not a value that this version knows");
  CHECK(why_model("gelu", "swish") == "'swish' is not a value that this version knows");
  CHECK(why_model("\"numeric\"", "\"angle\"") == "'angle' is not a value that this version knows");
}

TEST_CASE("what must be a whole number is one") {
  CHECK(why_model("[6,2,1]", "[6,2.0,1]") == "'2.0' in it is not a whole number in range");
  CHECK(why_model("[6,2,1]", "[6,true,1]") == "'true' in it is not a whole number in range");
  CHECK(why_model("[6,2,1]", "[6,-2,1]") == "'-2' in it is not a whole number in range");
  CHECK(why_model("[6,2,1]", "[6,9223372036854775808,1]") ==
        "'9223372036854775808' in it is not a whole number in range");
  CHECK(why_model("\"classes\":2", "\"classes\":99") == "'99' in it is not a whole number in range");
  CHECK(why_model("\"positive\":0", "\"positive\":2") == "'2' in it is not a whole number in range");
  CHECK(why_training("\"epoch\":12", "\"epoch\":-1") == "'-1' in it is not a whole number in range");
}

TEST_CASE("a threshold or class share outside 0 to 1 is refused") {
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":1.1") == "'1.1' in it is outside 0 to 1");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":-0.1") == "'-0.1' in it is outside 0 to 1");
  CHECK(why_model("\"threshold\":0.1", "\"threshold\":null") == "'null' in it is not a number");
  CHECK(why_training("[0.3,0.7]", "[0.3,7]") == "'7' in it is outside 0 to 1");
  CHECK(why_training("[0.3,0.7]", "[0.3]") == "it has 1 class shares for 2 classes");
}

TEST_CASE("classes that do not fit the task are refused") {
  CHECK(why_model("binary", "regression") == "it has 2 classes, which does not fit its task");
  CHECK(why(multiclass_model(), "mdl.model", "multiclass", "binary") ==
        "it has 3 classes, which does not fit its task");
  CHECK(why(regression_model(), "mdl.model", "regression", "multiclass") ==
        "it has 0 classes, which does not fit its task");
}

TEST_CASE("a target that cannot be scaled back is refused") {
  CHECK(why(regression_model(), "mdl.model", "1e-09", "0") == "its target's scale is not positive");
  CHECK(why(regression_model(), "mdl.model", "1e-09", "-1") == "its target's scale is not positive");
  CHECK(why(regression_model(), "mdl.model", "-7.25", "\"0\"") == "'\"0\"' in it is not a number");
}

TEST_CASE("layers that do not fit each other are refused") {
  CHECK(why_model("[6,2,1]", "[5,2,1]") == "its network has 5 inputs, its features make 6");
  CHECK(why_model("[6,2,1]", "[6,2,2]") == "its network has 2 outputs, its target needs 1");
  CHECK(why_model("[6,2,1]", "[6]") == "its network has no layer");
  CHECK(why_model("[6,2,1]", "[6,0,1]") == "a layer of its network is 0 wide");
  CHECK(why_model("[6,2,1]", "[6,3,1]") == "tensor 0.weight has another type or shape than the network needs");
  CHECK(why_model("[6,2,1]", "[6,1,1,1,1,1,1]") == "its network has 6 layers, too many for 4 tensors");
  CHECK(why_model("\"none\"", "\"layer\"") == "tensor 1.weight is not there");
  CHECK(why_model("[6,2,1]", "[6,2,3,1]") == "tensor 2.weight has another type or shape than the network needs");
  CHECK(why(binary_model(), [](Safetensors& file) { file.tensors.erase("2.bias"); }) == "tensor 2.bias is not there");
  CHECK(why_tensor("2.weight", TensorData::of<float>(DType::kF32, {2, 1}, {1, 2})) ==
        "tensor 2.weight has another type or shape than the network needs");
  CHECK(why_tensor("2.bias", TensorData::of<double>(DType::kF64, {1}, {1})) ==
        "tensor 2.bias has another type or shape than the network needs");
}

TEST_CASE("weights and scales that are not finite are refused") {
  CHECK(why_tensor("2.weight", TensorData::of<float>(DType::kF32, {1, 2}, {1, kInfinity})) ==
        "tensor 2.weight holds a value that is not finite");
  CHECK(why_tensor("2.bias", TensorData::of<float>(DType::kF32, {1}, {std::nanf("")})) ==
        "tensor 2.bias holds a value that is not finite");
  CHECK(why_tensor("encoder.center", TensorData::of<double>(DType::kF64, {2}, {0, kNan})) ==
        "tensor encoder.center holds a value that is not finite");
  CHECK(why_tensor("encoder.scale", TensorData::of<double>(DType::kF64, {2}, {1, 0})) ==
        "tensor encoder.scale holds a value that is not positive");
  CHECK(why_tensor("encoder.center", TensorData::of<double>(DType::kF64, {3}, {0, 0, 0})) ==
        "tensor encoder.center has another type or shape than the network needs");
}

TEST_CASE("codes that do not fit the features are refused") {
  const auto rich = [](const std::string& before, const std::string& after) {
    return why(rich_model(), "mdl.model", before, after);
  };
  CHECK(rich("\"indicator\":true", "\"indicator\":false") ==
        "it has 2 codes for column '', which do not fit its categories");
  CHECK(rich("\"table\":false", "\"table\":true") == "it has 2 codes for column 'o', which do not fit its categories");
  CHECK(rich("\"table\":false,\"codes\":2", "\"table\":false,\"codes\":1") ==
        "tensor encoder.codes has another type or shape than the network needs");
  CHECK(rich("\"table\":false,\"codes\":2", "\"table\":false,\"codes\":3") ==
        "'3' in it is not a whole number in range");
  CHECK(rich("\"table\":false,\"codes\":2", "\"table\":false,\"codes\":0") ==
        "tensor encoder.codes has another type or shape than the network needs");
  CHECK(rich("\"table\":true", "\"table\":1") == "its description is damaged");
  CHECK(why(rich_model(), [](Safetensors& file) { file.tensors.erase("encoder.codes"); }) ==
        "'2' in it is not a whole number in range");
  CHECK(why(rich_model(), [](Safetensors& file) {
          file.tensors.at("encoder.codes") = TensorData::of<float>(DType::kF32, {4}, {1, 2, 3, kInfinity});
        }) == "tensor encoder.codes holds a value that is not finite");
}

TEST_CASE("values that do not fit the features are refused") {
  CHECK(why(rich_model(), "mdl.model", "\"values\":3", "\"values\":4") == "'4' in it is not a whole number in range");
  CHECK(why(rich_model(), "mdl.model", "\"values\":3", "\"values\":2") ==
        "tensor encoder.values has another type or shape than the network needs");
  const auto values = [](std::vector<double> values) {
    return why(rich_model(), [&](Safetensors& file) {
      file.tensors.at("encoder.values") = TensorData::of<double>(DType::kF64, {3}, values);
    });
  };
  CHECK(values({0, 1, 1}) == "the values of column 'age' are not in ascending order");
  CHECK(values({0, kNan, 2}) == "tensor encoder.values holds a value that is not finite");
}

TEST_CASE("a front that does not fit the layers is refused") {
  const auto rich = [](const std::string& before, const std::string& after) {
    return why(rich_model(), "mdl.model", before, after);
  };
  CHECK(rich("\"embedding_width\":2", "\"embedding_width\":3") == "its network has 12 inputs, its features make 14");
  CHECK(rich("\"embedding_width\":2", "\"embedding_width\":0") == "a size of its network is 0");
  CHECK(rich("\"periodic_outputs\":3", "\"periodic_outputs\":1") == "a size of its network is 0");
  CHECK(rich("\"frequencies\":2", "\"frequencies\":3") ==
        "tensor members.0.periodic.frequency has another type or shape than the network needs");
  CHECK(rich("\"frequencies\":2", "\"frequencies\":65") == "'65' in it is not a whole number in range");
  CHECK(rich("\"members\":2", "\"members\":3") == "tensor members.2.periodic.frequency is not there");
  CHECK(rich("\"members\":2", "\"members\":1") == "tensor periodic.frequency is not there");
  CHECK(rich("\"members\":2", "\"members\":0") == "a size of its network is 0");
  CHECK(rich("\"parametric\":true", "\"parametric\":1") == "its description is damaged");
}

TEST_CASE("an answer that cannot be calibrated or bounded is refused") {
  CHECK(why_model("\"temperature\":1.25", "\"temperature\":0") == "its temperature is not positive");
  CHECK(why_model("\"smoothing\":0.001", "\"smoothing\":1.5") == "'1.5' in it is outside 0 to 1");
  CHECK(why(regression_model(), "mdl.model", "\"low\":-3.5", "\"low\":3.5") ==
        "its highest prediction is below its lowest");
  CHECK(why(regression_model(), "mdl.model", "\"high\":0.1", "\"high\":null") == "'null' in it is not a number");
}

TEST_CASE("texts that the offsets do not divide are refused") {
  const auto offsets = [](std::vector<int64_t> values) {
    const auto count = static_cast<int64_t>(values.size());
    return why_tensor("text.offsets", TensorData::of<int64_t>(DType::kI64, {count}, values));
  };
  const auto good = parse_safetensors(format_model(binary_model()), "m").tensors.at("text.offsets").values<int64_t>();
  CHECK(offsets(good) == "accepted");
  const auto changed = [&](size_t at, int64_t value) {
    auto values = good;
    values[at] = value;
    return offsets(values);
  };
  CHECK(changed(0, 1) == "tensor text.offsets is damaged");
  CHECK(changed(0, -1) == "tensor text.offsets is damaged");
  CHECK(changed(3, good[2] - 1) == "tensor text.offsets is damaged");
  CHECK(changed(3, 1 << 20) == "tensor text.offsets is damaged");
  CHECK(changed(good.size() - 1, -5) == "tensor text.bytes has another type or shape than the network needs");
  CHECK(changed(good.size() - 1, good.back() + 1) ==
        "tensor text.bytes has another type or shape than the network needs");
  CHECK(offsets({}) == "tensor text.bytes has another type or shape than the network needs");
  auto shorter = good;
  shorter.erase(shorter.begin() + 1);
  CHECK(offsets(shorter) == "tensor text.offsets is too short");
  auto longer = good;
  longer.push_back(good.back());
  CHECK(offsets(longer) == "tensor text.offsets is too long");
  CHECK(why(binary_model(), [](Safetensors& file) { file.tensors.erase("text.offsets"); }) ==
        "tensor text.offsets is not there");
  CHECK(why_tensor("text.offsets", TensorData::of<int64_t>(DType::kI64, {1, 1}, {0})) ==
        "tensor text.offsets is not there");
}

TEST_CASE("numeric features stand before categorical ones") {
  Model model = binary_model();
  std::swap(model.encoder.features[1], model.encoder.features[2]);
  CHECK(why_bytes(format_model(model)) == "its numeric features do not stand first");
}

TEST_CASE("names that come twice are refused") {
  Model model = binary_model();
  model.target.classes = {"a", "a"};
  CHECK(why_bytes(format_model(model)) == "it has two classes of the name 'a'");
  model = binary_model();
  model.encoder.features[3].name = "age";
  CHECK(why_bytes(format_model(model)) == "it has two features of the name 'age'");
  model = binary_model();
  model.encoder.features[2] = one_hot("home", {"x", "y", "x"});
  CHECK(why_bytes(format_model(model)) == "it has two categories of the name 'x'");
}

TEST_CASE("a multiclass network has an output a class, others have one") {
  CHECK(output_count(multiclass_model().target) == 3);
  CHECK(output_count(binary_model().target) == 1);
  CHECK(output_count(regression_model().target) == 1);
}
