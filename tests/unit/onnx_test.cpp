#include "export/onnx.h"

#include <map>
#include <set>

#include "base/error.h"
#include "catch.h"
#include "export/onnx_file.h"
#include "features.h"

using namespace mdl;
using Catch::Matchers::Message;

namespace {

/// A protobuf message taken apart: by field number, varints as decimals, the rest as bytes.
std::multimap<int, std::string> fields_of(std::string_view bytes) {
  std::multimap<int, std::string> fields;
  size_t at = 0;
  const auto varint = [&] {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      REQUIRE(at < bytes.size());
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.size()) {
    const uint64_t key = varint();
    const int field = static_cast<int>(key >> 3);
    if ((key & 7) == 0) {
      fields.emplace(field, std::to_string(static_cast<int64_t>(varint())));
      continue;
    }
    REQUIRE(((key & 7) == 2 || (key & 7) == 5));
    const uint64_t size = (key & 7) == 2 ? varint() : 4;
    REQUIRE(size <= bytes.size() - at);
    fields.emplace(field, bytes.substr(at, size));
    at += size;
  }
  return fields;
}

std::vector<std::string> all(std::string_view message, int field) {
  std::vector<std::string> values;
  const auto fields = fields_of(message);
  for (auto [at, end] = fields.equal_range(field); at != end; ++at) values.push_back(at->second);
  return values;
}

std::string only(std::string_view message, int field) {
  const auto values = all(message, field);
  REQUIRE(values.size() == 1);
  return values[0];
}

/// "age double [rows, 1]" of a ValueInfoProto.
std::string value(const std::string& info) {
  const std::map<std::string, std::string> types = {{"1", "float"}, {"8", "string"}, {"11", "double"}};
  const std::string tensor = only(only(info, 2), 1);
  std::string shape;
  for (const std::string& dim : all(only(tensor, 2), 1)) {
    for (const auto& [field, size] : fields_of(dim)) shape += (shape.empty() ? "" : ", ") + size;
  }
  return only(info, 1) + " " + types.at(only(tensor, 1)) + " [" + shape + "]";
}

std::vector<std::string> values(const std::vector<std::string>& infos) {
  std::vector<std::string> out;
  for (const std::string& info : infos) out.push_back(value(info));
  return out;
}

Model small_model() {
  Model model;
  model.target = {.name = "status", .task = Task::kBinary, .classes = {"bad", "good"}, .positive = 1};
  model.encoder.missing = NullValues({"", "NA"});
  model.encoder.features = {
      {.name = "age", .kind = NumericColumn{.center = 40, .scale = 10}},
      one_hot("home", {"own", "rent"}),
  };
  model.network.widths = {3, 2, 1};
  model.network.dense = 3;
  model.network.numbers = 1;
  model.members = {{{1, 2, 3, 4, 5, 6}, {0, 0}, {1, -1}, {0.5f}}};
  return model;
}

}  // namespace

TEST_CASE("messages are protobuf's wire format") {
  // protobuf.dev/programming-guides/encoding: the field 1 of 150 and the field 2 of "testing".
  CHECK(onnx::Message().number(1, 150).bytes() == "\x08\x96\x01");
  CHECK(onnx::Message().bytes(2, "testing").bytes() == "\x12\x07testing");
  CHECK(onnx::Message().number(1, -1).bytes() == "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  CHECK(onnx::Message().number(20, 0).bytes() == std::string("\xa0\x01\x00", 3));
  CHECK(onnx::Message().real(2, 1.0f).bytes() == std::string("\x15\x00\x00\x80\x3f", 5));
  CHECK(onnx::Message().message(3, onnx::Message().number(1, 150)).bytes() == "\x1a\x03\x08\x96\x01");
}

TEST_CASE("an ONNX file has an input for each column, and says which versions it needs") {
  const std::string file = format_onnx(small_model());
  CHECK(only(file, 1) == "8");
  CHECK(only(file, 2) == "mdl");
  std::vector<std::string> versions;
  for (const std::string& set : all(file, 8)) versions.push_back(only(set, 1) + " " + only(set, 2));
  CHECK(versions == std::vector<std::string>{" 17", "ai.onnx.ml 2"});
  std::map<std::string, std::string> properties;
  for (const std::string& property : all(file, 14)) properties[only(property, 1)] = only(property, 2);
  CHECK(properties == std::map<std::string, std::string>{
                          {"task", "binary"}, {"target", "status"}, {"positive", "good"}, {"threshold", "0.5"}});

  const std::string graph = only(file, 7);
  CHECK(values(all(graph, 11)) == std::vector<std::string>{"age double [rows, 1]", "home string [rows, 1]"});
  CHECK(values(all(graph, 12)) == std::vector<std::string>{"label string [rows]", "probabilities float [rows, 2]"});
}

TEST_CASE("the nodes of an ONNX graph stand in the order in which they are computed, each on values that are there") {
  Model model = small_model();
  model.temperature = 1.5;
  model.smoothing = 0.01;
  model.members.push_back(model.members[0]);
  model.network.members = 2;
  const std::string graph = only(format_onnx(model), 7);
  std::set<std::string> known;
  for (const std::string& input : all(graph, 11)) known.insert(only(input, 1));
  for (const std::string& tensor : all(graph, 5)) CHECK(known.insert(only(tensor, 8)).second);
  std::string ops;
  for (const std::string& node : all(graph, 1)) {
    for (const std::string& input : all(node, 1)) CHECK(known.count(input) == 1);
    CHECK(known.insert(only(node, 2)).second);
    ops += (ops.empty() ? "" : " ") + only(node, 4);
  }
  CHECK(ops ==
        "Concat IsNaN Where Sub Div Cast Where LabelEncoder Reshape OneHot "
        "Concat Gemm Relu Gemm Cast Mul Softmax Concat Gemm Relu Gemm Cast Mul Softmax Add "
        "Div Max Log Div Softmax Mul Add Gather GreaterOrEqual Cast Gather Identity Cast Identity");
  for (const std::string& output : all(graph, 12)) CHECK(known.count(only(output, 1)) == 1);
}

TEST_CASE("the weights stand in an ONNX file as they are in the model") {
  const std::string graph = only(format_onnx(small_model()), 7);
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6};
  const std::string bytes(reinterpret_cast<const char*>(weight.data()), weight.size() * sizeof(float));
  int found = 0;
  for (const std::string& tensor : all(graph, 5)) {
    if (all(tensor, 9) != std::vector<std::string>{bytes}) continue;
    CHECK(all(tensor, 1) == std::vector<std::string>{"2", "3"});
    CHECK(only(tensor, 2) == "1");
    ++found;
  }
  CHECK(found == 1);
}

TEST_CASE("an output of an ONNX file makes way for a column of its name") {
  Model model = small_model();
  model.encoder.features[0].name = "probabilities";
  model.encoder.features[1].name = "c1";
  const std::string graph = only(format_onnx(model), 7);
  CHECK(values(all(graph, 11)) == std::vector<std::string>{"probabilities double [rows, 1]", "c1 string [rows, 1]"});
  CHECK(values(all(graph, 12)) == std::vector<std::string>{"label string [rows]", "probabilities_ float [rows, 2]"});
}

TEST_CASE("what is not as one would expect is noted, and stands in the graph's doc string") {
  Model model = small_model();
  std::vector<std::string> notes;
  CHECK(all(only(format_onnx(model, &notes), 7), 10).empty());
  CHECK(notes.empty());
  std::get<NumericColumn>(model.encoder.features[0].kind).form.kind = NumberForm::Kind::kDate;
  model.encoder.features[1].name = "label";
  const std::string graph = only(format_onnx(model, &notes), 7);
  CHECK(notes == std::vector<std::string>{
                     "the input 'age' takes days since 1970-01-01 in UTC, the time of day as a fraction: 2024-05-31 "
                     "12:00 as 19874.5",
                     "the output label is called label_, since a column is called label"});
  CHECK(only(graph, 10) == notes[0] + "\n" + notes[1]);
  std::get<NumericColumn>(model.encoder.features[0].kind).form.kind = NumberForm::Kind::kTime;
  format_onnx(model, &notes);
  CHECK(notes[0] == "the input 'age' takes hours, the minutes as a fraction: 9:30 as 9.5");
}

TEST_CASE("a regression's ONNX file keeps predictions in their range") {
  Model model = small_model();
  model.target = {.name = "price", .task = Task::kRegression, .mean = 10, .scale = 2};
  model.low = 3;
  const std::string graph = only(format_onnx(model), 7);
  CHECK(values(all(graph, 12)) == std::vector<std::string>{"prediction float [rows]"});
  std::vector<std::string> ops;
  for (const std::string& node : all(graph, 1)) ops.push_back(only(node, 4));
  CHECK(std::vector<std::string>(ops.end() - 7, ops.end()) ==
        std::vector<std::string>{"Cast", "Mul", "Add", "Max", "Reshape", "Cast", "Identity"});
}

TEST_CASE("what ONNX cannot hold is refused") {
  Model model = small_model();
  model.encoder.features[0].name = "";
  CHECK_THROWS_MATCHES(format_onnx(model), Error,
                       Message("it has a column without a name, which an ONNX input must have"));
  model = small_model();
  model.encoder.features[0].name = "\xff";
  CHECK_THROWS_MATCHES(format_onnx(model), Error,
                       Message("the name of a column is not UTF-8, as ONNX strings must be: '\\xff'"));
  model = small_model();
  model.target.classes[0] = "\xe9";
  CHECK_THROWS_MATCHES(format_onnx(model), Error, Message("a class is not UTF-8, as ONNX strings must be: '\\xe9'"));
}
