// The few messages of ONNX that a model needs, written as protobuf's wire format by hand: a varint or a length, then
// bytes. So the program needs no protobuf library. Field numbers: onnx/onnx.proto (IR version 8); format:
// protobuf.dev/programming-guides/encoding.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mdl::onnx {

/// A protobuf message that grows field by field.
class Message {
 public:
  Message& number(int field, int64_t value);
  Message& real(int field, float value);
  Message& bytes(int field, std::string_view value);
  Message& message(int field, const Message& value) { return bytes(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(uint64_t value);
  std::string bytes_;
};

enum class Type { kFloat = 1, kInt64 = 7, kString = 8, kDouble = 11 };

struct Attribute {
  std::string name;
  std::variant<int64_t, float, std::vector<int64_t>, std::vector<std::string>> value;
};

/// A graph in the order in which it is computed. A value is known by its name.
class Graph {
 public:
  using Value = std::string;

  /// An input [rows, 1]. Inputs keep their names, so they come first.
  Value input(const std::string& name, Type type, const std::string& doc);

  Value constant(const std::vector<float>& values, const std::vector<int64_t>& shape);
  Value constant(const std::vector<double>& values, const std::vector<int64_t>& shape);
  Value constant(const std::vector<int64_t>& values, const std::vector<int64_t>& shape);
  Value constant(const std::vector<std::string>& values, const std::vector<int64_t>& shape);
  Value number(float value) { return constant(std::vector<float>{value}, {}); }
  Value number(double value) { return constant(std::vector<double>{value}, {}); }

  /// A node with one output.
  Value add(const std::string& op, const std::vector<Value>& inputs, const std::vector<Attribute>& attributes = {},
            const std::string& domain = "");
  Value cast(const Value& from, Type to) { return add("Cast", {from}, {{"to", static_cast<int64_t>(to)}}); }

  /// `value` as an output of the graph, [rows] or [rows, columns]. A name that an input has gets underscores behind it.
  /// Its name: `name`, or one like it where that is taken.
  Value output(const std::string& name, const Value& value, Type type, int64_t columns = 0);

  /// The model file. `properties` are its metadata, `doc` what the graph says of itself.
  std::string file(const std::string& name, const std::vector<std::pair<std::string, std::string>>& properties,
                   const std::string& doc) const;

 private:
  Value new_name(std::string name);
  Value add_constant(Type type, const std::vector<int64_t>& shape, Message tensor);
  Message nodes_, initializers_, inputs_, outputs_;  // fields of a GraphProto
  std::set<std::string> names_;
  int64_t next_ = 1;
};

}  // namespace mdl::onnx
