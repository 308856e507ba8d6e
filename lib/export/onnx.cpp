#include "export/onnx.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/text.h"
#include "export/onnx_columns.h"
#include "export/onnx_file.h"
#include "modelfile/serving.h"

namespace mdl {
namespace {

using onnx::Graph;
using onnx::Type;
using Value = Graph::Value;

constexpr size_t kLargestFile = (size_t{1} << 31) - 1;
constexpr int64_t kColumns = 1;  // the axis

class Exporter {
 public:
  explicit Exporter(const Model& model) : model_(model), network_(model.network) {}

  /// What is not as one would expect, a sentence each; once the file is made.
  const std::vector<std::string>& notes() const { return notes_; }

  std::string file() {
    columns_ = onnx::encode_columns(model_.encoder, graph_);
    note_inputs(NumberForm::Kind::kDate,
                "days since 1970-01-01 in UTC, the time of day as a fraction: 2024-05-31 12:00 as 19874.5");
    note_inputs(NumberForm::Kind::kTime, "hours, the minutes as a fraction: 9:30 as 9.5");
    onnx::check_utf8(model_.target.name, "the name of the target");
    for (const std::string& name : model_.target.classes) onnx::check_utf8(name, "a class");
    const bool classes = model_.target.task != Task::kRegression;
    Value sum;
    for (const Values& values : model_.members) {
      const Parameters parameters = bind(network_, [&](const Parameter& parameter, size_t place) {
        return Tensor{&values[place], parameter.shape};
      });
      const Value output = graph_.cast(layers(input_layer(parameters), parameters), Type::kDouble);
      const bool log_link = model_.target.objective.has_log_link();
      const Value answer = classes ? softmax(output) : log_link ? graph_.add("Exp", {in_units(output)}) : output;
      sum = sum.empty() ? answer : graph_.add("Add", {sum, answer});
    }
    const Value average = model_.members.size() == 1
                              ? sum
                              : graph_.add("Div", {sum, graph_.number(static_cast<double>(model_.members.size()))});
    if (classes) {
      answer_with_classes(average);
    } else {
      answer_with_number(average);
    }
    std::vector<std::pair<std::string, std::string>> properties = {{"task", name_of(model_.target.task)},
                                                                   {"target", model_.target.name}};
    if (model_.target.task == Task::kBinary) {
      properties.emplace_back("positive", model_.target.classes[model_.target.positive]);
      properties.emplace_back("threshold", shortest(model_.threshold));
    }
    std::string bytes = graph_.file("mdl", properties, fmt::format("{}", fmt::join(notes_, "\n")));
    if (bytes.size() > kLargestFile)
      fail("it needs {} bytes as ONNX, which holds at most 2 GiB", grouped(static_cast<long long>(bytes.size())));
    return bytes;
  }

 private:
  /// A parameter of a member, which becomes a constant of the graph where it is used.
  struct Tensor {
    const std::vector<float>* values;
    std::vector<int64_t> shape;
  };
  using Parameters = NamedParameters<Tensor>;

  Value constant(const Tensor& tensor) { return graph_.constant(*tensor.values, tensor.shape); }

  /// The first layer's inputs.
  Value input_layer(const Parameters& parameters) {
    std::vector<Value> parts;
    const Value& numbers = columns_.numbers;
    if (!numbers.empty()) parts.push_back(parameters.periodic ? periodic(*parameters.periodic) : numbers);
    parts.insert(parts.end(), columns_.others.begin(), columns_.others.end());
    for (size_t j = 0; j < columns_.embedded.size(); ++j)
      parts.push_back(graph_.add("Gather", {constant(parameters.embeddings[j]), columns_.embedded[j]}));
    const Value inputs = parts.size() == 1 ? parts[0] : graph_.add("Concat", parts, {{"axis", kColumns}});
    return parameters.scale ? graph_.add("Mul", {inputs, constant(*parameters.scale)}) : inputs;
  }

  /// For each number W cos(2 pi f x + p) + b, and x itself.
  Value periodic(const Parameters::Periodic& parameters) {
    const Value frequency = constant(parameters.frequency), phase = constant(parameters.phase),
                weight = constant(parameters.weight), bias = constant(parameters.bias);
    const Value second_axis = graph_.constant(std::vector<int64_t>{2}, {1}),
                third_axis = graph_.constant(std::vector<int64_t>{3}, {1});
    const Value x = graph_.add("Unsqueeze", {columns_.numbers, second_axis});
    const Value turns = graph_.add(
        "Mul", {graph_.add("Mul", {x, frequency}), graph_.number(static_cast<float>(2 * std::numbers::pi))});
    const Value cosine = graph_.add("Unsqueeze", {graph_.add("Cos", {graph_.add("Add", {turns, phase})}), second_axis});
    const Value product = graph_.add("ReduceSum", {graph_.add("Mul", {cosine, weight}), third_axis},
                                     {{"keepdims", int64_t{0}}});
    const Value both = graph_.add("Concat", {graph_.add("Add", {product, bias}), x}, {{"axis", int64_t{2}}});
    return graph_.add(
        "Reshape",
        {both, graph_.constant(std::vector<int64_t>{-1, network_.numbers * network_.periodic_outputs}, {2})});
  }

  /// The network's outputs.
  Value layers(Value x, const Parameters& parameters) {
    for (const Parameters::Layer& layer : parameters.layers) {
      const Value weight = constant(layer.weight), bias = constant(layer.bias);
      x = graph_.add("Gemm", {x, weight, bias}, {{"transB", int64_t{1}}});
      if (&layer == &parameters.layers.back()) break;
      if (layer.norm_weight) {
        const Value norm_weight = constant(*layer.norm_weight), norm_bias = constant(*layer.norm_bias);
        x = graph_.add("LayerNormalization", {x, norm_weight, norm_bias}, {{"axis", int64_t{-1}}, {"epsilon", 1e-5f}});
      }
      const Value active = activated(x);
      x = layer.alpha
              ? graph_.add("Add", {x, graph_.add("Mul", {constant(*layer.alpha), graph_.add("Sub", {active, x})})})
              : active;
    }
    return x;
  }

  Value activated(const Value& z) {
    switch (network_.activation) {
      case Activation::kRelu: return graph_.add("Relu", {z});
      case Activation::kTanh: return graph_.add("Tanh", {z});
      case Activation::kSilu: return graph_.add("Mul", {z, graph_.add("Sigmoid", {z})});
      case Activation::kMish: return graph_.add("Mul", {z, graph_.add("Tanh", {graph_.add("Softplus", {z})})});
      case Activation::kSelu:
        return graph_.add("Selu", {z}, {{"alpha", 1.6732632423543772f}, {"gamma", 1.0507009873554805f}});
      case Activation::kGelu: break;
    }
    const Value twice_phi = graph_.add(
        "Add", {graph_.add("Erf", {graph_.add("Mul", {z, graph_.number(std::numbers::sqrt2_v<float> / 2)})}),
                graph_.number(1.0f)});
    return graph_.add("Mul", {graph_.add("Mul", {z, graph_.number(0.5f)}), twice_phi});
  }

  /// Probabilities [rows, classes]. With two classes the one output is the positive one's, whose sigmoid is a softmax
  /// of half of it and less half of it.
  Value softmax(Value output) {
    if (model_.target.task == Task::kBinary) {
      std::vector<double> halves = {-0.5, -0.5};
      halves[model_.target.positive] = 0.5;
      output = graph_.add("Mul", {output, graph_.constant(halves, {2})});
    }
    return graph_.add("Softmax", {output}, {{"axis", kColumns}});
  }

  void answer(const std::string& name, const Value& value, Type type, int64_t columns = 0) {
    const Value output = graph_.output(name, value, type, columns);
    if (output != name)
      notes_.push_back(fmt::format("the output {} is called {}, since a column is called {}", name, output, name));
  }

  /// Of the columns whose cells are spelled in this form.
  void note_inputs(NumberForm::Kind form, const char* what) {
    constexpr size_t kMostNames = 20;
    std::vector<std::string> names;
    for (const Feature& feature : model_.encoder.features) {
      if (feature.number() != nullptr && feature.number()->form.kind == form) names.push_back(quote(feature.name));
    }
    if (names.empty()) return;
    notes_.push_back(fmt::format("the input{} {} take{} {}", names.size() == 1 ? "" : "s",
                                 join_names(names, kMostNames), names.size() == 1 ? "s" : "", what));
  }

  void answer_with_classes(Value p) {
    const Target& target = model_.target;
    if (model_.temperature != 1) {
      const Value logits = graph_.add("Log", {graph_.add("Max", {p, graph_.number(1e-300)})});
      p = graph_.add("Softmax", {graph_.add("Div", {logits, graph_.number(model_.temperature)})}, {{"axis", kColumns}});
    }
    const auto classes = static_cast<int64_t>(target.classes.size());
    if (model_.smoothing > 0) {
      const Value scaled = graph_.add("Mul", {p, graph_.number(1 - model_.smoothing)});
      p = graph_.add("Add", {scaled, graph_.number(model_.smoothing / static_cast<double>(classes))});
    }
    std::vector<std::string> names = target.classes;
    Value index;
    if (target.task == Task::kBinary) {
      const Value positive = graph_.add(
          "Gather", {p, graph_.constant(std::vector<int64_t>{static_cast<int64_t>(target.positive)}, {})},
          {{"axis", kColumns}});
      index = graph_.cast(graph_.add("GreaterOrEqual", {positive, graph_.number(model_.threshold)}), Type::kInt64);
      if (target.positive == 0) std::swap(names[0], names[1]);
    } else {
      index = graph_.add("ArgMax", {p}, {{"axis", kColumns}, {"keepdims", int64_t{0}}});
    }
    answer("label", graph_.add("Gather", {graph_.constant(names, {classes}), index}), Type::kString);
    answer("probabilities", graph_.cast(p, Type::kFloat), Type::kFloat, classes);
  }

  /// Of standardised numbers, or logarithms.
  Value in_units(const Value& x) {
    return graph_.add("Add",
                      {graph_.add("Mul", {x, graph_.number(model_.target.scale)}), graph_.number(model_.target.mean)});
  }

  void answer_with_number(const Value& average) {
    const Target& target = model_.target;
    Value y = target.objective.has_log_link() ? average : in_units(average);
    if (target.log && !target.objective.has_log_link())
      y = graph_.add("Mul", {graph_.add("Exp", {y}), graph_.number(model_.smearing)});
    if (std::isfinite(model_.low)) y = graph_.add("Max", {y, graph_.number(model_.low)});
    if (std::isfinite(model_.high)) y = graph_.add("Min", {y, graph_.number(model_.high)});
    const Type type = model_.target.needs_doubles() ? Type::kDouble : Type::kFloat;
    y = graph_.add("Reshape", {y, graph_.constant(std::vector<int64_t>{-1}, {1})});
    answer("prediction", type == Type::kDouble ? y : graph_.cast(y, type), type);
  }

  const Model& model_;
  std::vector<std::string> notes_;
  const Network& network_;
  Graph graph_;
  onnx::EncodedColumns columns_;
};

}  // namespace

std::string format_onnx(const Model& model, std::vector<std::string>* notes) {
  expect_full(model, "it", "holds its categories and exact values by hashes only");
  if (model.target.objective.has_quantiles())
    fail("it predicts quantiles, which ONNX is not written for; --format pytorch, mdl predict and mdl serve do");
  if (model.encoder.exposure)
    fail(
        "its predictions grow with an exposure (data.exposure), which ONNX is not written for; mdl predict and mdl "
        "serve do");
  Exporter exporter(model);
  std::string bytes = exporter.file();
  if (notes != nullptr) *notes = exporter.notes();
  return bytes;
}

}  // namespace mdl
