#include "export/onnx_file.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace mdl::onnx {
namespace {

constexpr int64_t kIrVersion = 8, kOpset = 17, kMlOpset = 2;

enum WireType { kVarint = 0, kLength = 2, kFourBytes = 5 };

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// ValueInfoProto of a tensor [rows, columns]; [rows] when there are 0 columns.
Message value_info(const std::string& name, Type type, int64_t columns, const std::string& doc) {
  Message shape;
  shape.message(1, Message().bytes(2, "rows"));                     // TensorShapeProto.dim.dim_param
  if (columns > 0) shape.message(1, Message().number(1, columns));  // dim_value
  const Message tensor = Message().number(1, static_cast<int64_t>(type)).message(2, shape);
  Message info = Message().bytes(1, name).message(2, Message().message(1, tensor));
  if (!doc.empty()) info.bytes(3, doc);
  return info;
}

/// AttributeProto.
Message attribute_message(const Attribute& attribute) {
  Message message = Message().bytes(1, attribute.name);
  int64_t type = 0;
  if (const auto* number = std::get_if<int64_t>(&attribute.value)) {
    message.number(3, *number);
    type = 2;
  } else if (const auto* real = std::get_if<float>(&attribute.value)) {
    message.real(2, *real);
    type = 1;
  } else if (const auto* numbers = std::get_if<std::vector<int64_t>>(&attribute.value)) {
    for (const int64_t value : *numbers) message.number(8, value);
    type = 7;
  } else {
    for (const std::string& text : std::get<std::vector<std::string>>(attribute.value)) message.bytes(9, text);
    type = 8;
  }
  return message.number(20, type);
}

}  // namespace

void Message::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

Message& Message::number(int field, int64_t value) {
  varint(static_cast<uint64_t>(field) << 3 | kVarint);
  varint(static_cast<uint64_t>(value));
  return *this;
}

Message& Message::real(int field, float value) {
  varint(static_cast<uint64_t>(field) << 3 | kFourBytes);
  bytes_ += bytes_of(std::vector<float>{value});
  return *this;
}

Message& Message::bytes(int field, std::string_view value) {
  varint(static_cast<uint64_t>(field) << 3 | kLength);
  varint(value.size());
  bytes_ += value;
  return *this;
}

Graph::Value Graph::new_name(std::string name) {
  while (!names_.insert(name).second) name += '_';
  return name;
}

Graph::Value Graph::input(const std::string& name, Type type, const std::string& doc) {
  inputs_.message(11, value_info(new_name(name), type, /*columns=*/1, doc));
  return name;
}

Graph::Value Graph::add_constant(Type type, const std::vector<int64_t>& shape, Message tensor) {
  const Value name = new_name(fmt::format("c{}", next_++));
  for (const int64_t size : shape) tensor.number(1, size);
  initializers_.message(5, tensor.number(2, static_cast<int64_t>(type)).bytes(8, name));
  return name;
}

Graph::Value Graph::constant(const std::vector<float>& values, const std::vector<int64_t>& shape) {
  return add_constant(Type::kFloat, shape, Message().bytes(9, bytes_of(values)));
}

Graph::Value Graph::constant(const std::vector<double>& values, const std::vector<int64_t>& shape) {
  return add_constant(Type::kDouble, shape, Message().bytes(9, bytes_of(values)));
}

Graph::Value Graph::constant(const std::vector<int64_t>& values, const std::vector<int64_t>& shape) {
  return add_constant(Type::kInt64, shape, Message().bytes(9, bytes_of(values)));
}

Graph::Value Graph::constant(const std::vector<std::string>& values, const std::vector<int64_t>& shape) {
  Message tensor;
  for (const std::string& text : values) tensor.bytes(6, text);
  return add_constant(Type::kString, shape, std::move(tensor));
}

Graph::Value Graph::add(const std::string& op, const std::vector<Value>& inputs,
                        const std::vector<Attribute>& attributes, const std::string& domain) {
  const Value output = new_name(fmt::format("v{}", next_++));
  Message node;
  for (const Value& input : inputs) node.bytes(1, input);
  node.bytes(2, output).bytes(3, "make " + output).bytes(4, op);
  for (const Attribute& attribute : attributes) node.message(5, attribute_message(attribute));
  if (!domain.empty()) node.bytes(7, domain);
  nodes_.message(1, node);
  return output;
}

Graph::Value Graph::output(const std::string& name, const Value& value, Type type, int64_t columns) {
  const Value output = new_name(name);
  nodes_.message(1, Message().bytes(1, value).bytes(2, output).bytes(3, "make " + output).bytes(4, "Identity"));
  outputs_.message(12, value_info(output, type, columns, ""));
  return output;
}

std::string Graph::file(const std::string& name, const std::vector<std::pair<std::string, std::string>>& properties,
                        const std::string& doc) const {
  Message model = Message().number(1, kIrVersion).bytes(2, "mdl").bytes(3, MDL_VERSION);
  // A GraphProto's fields may come in any order.
  Message about = Message().bytes(2, name);
  if (!doc.empty()) about.bytes(10, doc);
  model.bytes(7, nodes_.bytes() + about.bytes() + initializers_.bytes() + inputs_.bytes() + outputs_.bytes());
  model.message(8, Message().bytes(1, "").number(2, kOpset))
      .message(8, Message().bytes(1, "ai.onnx.ml").number(2, kMlOpset));
  for (const auto& [key, value] : properties) model.message(14, Message().bytes(1, key).bytes(2, value));
  return model.bytes();
}

}  // namespace mdl::onnx
