#include "modelfile/safetensors.h"

#include "base/error.h"
#include "catch.h"

using namespace mdl;
using namespace std::string_literals;

namespace {

std::string file(uint64_t length, const std::string& rest) {
  return std::string(reinterpret_cast<const char*>(&length), 8) + rest;
}

std::string file(const std::string& header, const std::string& data = "") { return file(header.size(), header + data); }

/// A header with the one tensor 'w'.
std::string one(const std::string& info) { return "{\"w\":" + info + "}"; }

/// Why the bytes are refused.
std::string why(const std::string& bytes) {
  try {
    parse_safetensors(bytes, "m.safetensors");
  } catch (const Error& error) {
    const std::string start = "m.safetensors: is not a usable model file: ";
    const std::string text = error.what();
    REQUIRE(text.substr(0, start.size()) == start);
    return text.substr(start.size());
  }
  return "accepted";
}

const std::string kByte = R"({"dtype":"U8","shape":[1],"data_offsets":[0,1]})";

}  // namespace

TEST_CASE("tensors and metadata come back as they were") {
  Safetensors file;
  file.metadata = {{"mdl.format", "1"}, {"\xC3\xBC\n\"", "a\tb"}};
  file.tensors["0.weight"] = TensorData::of<float>(DType::kF32, {2, 3}, {1, 2, 3, 4, 5, 6});
  file.tensors["mean"] = TensorData::of<double>(DType::kF64, {1}, {0.1});
  file.tensors["offsets"] = TensorData::of<int64_t>(DType::kI64, {2}, {-1, 5});
  file.tensors["bytes"] = TensorData::of<uint8_t>(DType::kU8, {3}, {0, 128, 255});
  file.tensors["scalar"] = TensorData::of<float>(DType::kF32, {}, {7});
  file.tensors["nothing"] = TensorData::of<float>(DType::kF32, {0, 4}, {});

  const Safetensors again = parse_safetensors(format_safetensors(file), "m");
  CHECK(again.metadata == file.metadata);
  CHECK(again.tensors.size() == 6);
  CHECK(again.tensors.at("0.weight").shape == std::vector<int64_t>{2, 3});
  CHECK(again.tensors.at("0.weight").values<float>() == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(again.tensors.at("mean").dtype == DType::kF64);
  CHECK(again.tensors.at("mean").values<double>() == std::vector<double>{0.1});
  CHECK(again.tensors.at("offsets").values<int64_t>() == std::vector<int64_t>{-1, 5});
  CHECK(again.tensors.at("bytes").values<uint8_t>() == std::vector<uint8_t>{0, 128, 255});
  CHECK(again.tensors.at("scalar").shape.empty());
  CHECK(again.tensors.at("nothing").shape == std::vector<int64_t>{0, 4});
  CHECK(format_safetensors(again) == format_safetensors(file));
}

TEST_CASE("the bytes of a file are these") {
  Safetensors contents;
  contents.metadata["k"] = "v";
  contents.tensors["b"] = TensorData::of<uint8_t>(DType::kU8, {1}, {7});
  contents.tensors["c"] = TensorData::of<float>(DType::kF32, {1}, {1});
  contents.tensors["a"] = TensorData::of<float>(DType::kF32, {1}, {2});
  contents.tensors["z"] = TensorData::of<int64_t>(DType::kI64, {1}, {3});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[8,12],"dtype":"F32","shape":[1]},)"
      R"("b":{"data_offsets":[16,17],"dtype":"U8","shape":[1]},"c":{"data_offsets":[12,16],"dtype":"F32","shape":[1]},)"
      R"("z":{"data_offsets":[0,8],"dtype":"I64","shape":[1]}})";
  const std::string padding((8 - header.size() % 8) % 8, ' ');
  CHECK(format_safetensors(contents) == file(header + padding, "\3\0\0\0\0\0\0\0\0\0\0\x40\0\0\x80\x3F\7"s));
}

TEST_CASE("a file without tensors or metadata is whole") {
  CHECK(parse_safetensors(file("{}"), "m").tensors.empty());
  CHECK(parse_safetensors(format_safetensors({}), "m").metadata.empty());
}

TEST_CASE("spaces at the end of the header are allowed") { CHECK(why(file("{}      ")) == "accepted"); }

TEST_CASE("scalars and shapes with a zero are allowed") {
  CHECK(why(file(one(R"({"dtype":"F32","shape":[],"data_offsets":[0,4]})"), "1234")) == "accepted");
  CHECK(why(file(one(R"({"dtype":"F32","shape":[3,0],"data_offsets":[0,0]})"))) == "accepted");
}

TEST_CASE("a header too small is refused") {
  CHECK(why("") == "it has 0 bytes, the length of the header alone takes 8");
  CHECK(why("1234567") == "it has 7 bytes, the length of the header alone takes 8");
}

TEST_CASE("a header too large is refused") {
  CHECK(why(file(16777217, "{}")) ==
        "its header would be 16777217 bytes long, more than 16 MiB; is it a safetensors file?");
  CHECK(why(std::string(8, '\xFF')) ==
        "its header would be 18446744073709551615 bytes long, more than 16 MiB; is it a safetensors file?");
}

TEST_CASE("an invalid header length is refused") {
  CHECK(why(file(3, "{}")) ==
        "its header would be 3 bytes long, but only 2 follow; the file is truncated or no safetensors file");
}

TEST_CASE("a header that is not UTF-8 is refused") {
  CHECK(why(file("{\"\xFF\":1}")) == "its header is not UTF-8 text");
}

TEST_CASE("a header that is not JSON is refused") {
  CHECK(why(file("")) == "its header does not start with '{'");
  CHECK(why(file("[]")) == "its header does not start with '{'");
  CHECK(why(file("{\"a\"")) == "its header is not JSON, at byte 5");
  CHECK(why(file("{}x")) == "its header is not JSON, at byte 3");
  CHECK(why(file("{}{}")) == "its header is not JSON, at byte 3");
  CHECK(why(file("{}\0x"s)) == "its header is not JSON: it holds a NUL byte");
  CHECK(why(file("{\"a\":\"\\ud800\"}")) == "its header is not JSON, at byte 13");
  CHECK(why(file("{\"a\":1e999}")) == "its header is not JSON, at byte 10");
}

TEST_CASE("a header padded with spaces in front is refused") {
  CHECK(why(file("  {}")) == "its header does not start with '{'");
  CHECK(why(file("\xEF\xBB\xBF{}")) == "its header does not start with '{'");
}

TEST_CASE("a header nested too deeply is refused") {
  std::string header = "{\"w\":";
  header += std::string(100'000, '[');
  CHECK(why(file(header)) == "its header is nested too deeply");
  CHECK(why(file(R"({"w":{"shape":[{}]}})")) == "its header is nested too deeply");
}

TEST_CASE("a key that comes twice is refused at every level") {
  CHECK(why(file("{\"w\":" + kByte + ",\"w\":" + kByte + "}", "x")) == "its header holds the key 'w' twice");
  CHECK(why(file("{\"w\":" + kByte + ",\"\\u0077\":" + kByte + "}", "x")) == "its header holds the key 'w' twice");
  CHECK(why(file(R"({"__metadata__":{"a":"1","a":"1"}})")) == "its header holds the key 'a' twice");
  CHECK(why(file(R"({"__metadata__":{},"__metadata__":{}})")) == "its header holds the key '__metadata__' twice");
  CHECK(why(file(one(R"({"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]})"), "x")) ==
        "its header holds the key 'dtype' twice");
}

TEST_CASE("metadata is text for text") {
  CHECK(why(file(R"({"__metadata__":{"a":"1"}})")) == "accepted");
  CHECK(why(file(R"({"__metadata__":{"a":1}})")) == "the value of 'a' in its metadata is not a string");
  CHECK(why(file(R"({"__metadata__":{"a":{}}})")) == "the value of 'a' in its metadata is not a string");
  CHECK(why(file(R"({"__metadata__":[]})")) == "its metadata is not an object");
  CHECK(why(file(R"({"__metadata__":null})")) == "its metadata is not an object");
}

TEST_CASE("a tensor's description with missing, unknown or mistyped keys is refused") {
  CHECK(why(file(one("[]"))) == "tensor 'w': its description is not an object");
  CHECK(why(file(one(R"({"shape":[1],"data_offsets":[0,1]})"), "x")) == "tensor 'w': 'dtype' is missing");
  CHECK(why(file(one(R"({"dtype":"U8","data_offsets":[0,1]})"), "x")) == "tensor 'w': 'shape' is missing");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1]})"), "x")) == "tensor 'w': 'data_offsets' is missing");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1})"), "x")) ==
        "tensor 'w': unknown key 'x'");
  CHECK(why(file(one(R"({"dtype":1,"shape":[1],"data_offsets":[0,1]})"), "x")) ==
        "tensor 'w': 'dtype' is not a string");
  for (const char* shape : {"1", "null", "[1.0]", "[-1]", "[\"1\"]", "[true]", "[18446744073709551616]", "{}"}) {
    CAPTURE(shape);
    CHECK(why(file(one(R"({"dtype":"U8","shape":)"s + shape + R"(,"data_offsets":[0,1]})"), "x")) ==
          "tensor 'w': 'shape' is not a list of whole numbers");
  }
  for (const char* offsets : {"1", "null", "[0.0,1.0]", "[-1,0]", "[0,null]"}) {
    CAPTURE(offsets);
    CHECK(why(file(one(R"({"dtype":"U8","shape":[1],"data_offsets":)"s + offsets + "}"), "x")) ==
          "tensor 'w': 'data_offsets' is not a list of whole numbers");
  }
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1],"data_offsets":[1]})"), "x")) ==
        "tensor 'w': 'data_offsets' has 1 numbers instead of 2");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1],"data_offsets":[0,1,2]})"), "x")) ==
        "tensor 'w': 'data_offsets' has 3 numbers instead of 2");
}

TEST_CASE("a dtype that is not read here is refused by name") {
  CHECK(why(file(one(R"({"dtype":"BF16","shape":[1],"data_offsets":[0,2]})"), "xy")) ==
        "tensor 'w': its dtype is 'BF16'; U8, I64, F32 and F64 can be read");
  CHECK(why(file(one(R"({"dtype":"f32","shape":[1],"data_offsets":[0,4]})"), "1234")) ==
        "tensor 'w': its dtype is 'f32'; U8, I64, F32 and F64 can be read");
}

TEST_CASE("a tensor that ends before it begins is refused") {
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1],"data_offsets":[1,0]})"), "x")) ==
        "tensor 'w': it ends before it begins");
}

TEST_CASE("a size that does not fit the shape is refused") {
  CHECK(why(file(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})"), "1234")) ==
        "tensor 'w': it has 4 bytes, its shape needs 8");
}

TEST_CASE("a shape whose size overflows is refused") {
  for (const char* shape : {"[4611686018427387904,4]", "[9223372036854775807,2]", "[9223372036854775808]",
                            "[18446744073709551615]", "[4294967296,4294967296,0]"}) {
    CAPTURE(shape);
    CHECK(why(file(one(R"({"dtype":"F32","shape":)"s + shape + R"(,"data_offsets":[0,0]})"))) ==
          "tensor 'w': its shape is larger than memory can be");
  }
}

TEST_CASE("a hole between tensors or before the first is refused") {
  const std::string later = R"({"dtype":"U8","shape":[1],"data_offsets":[2,3]})";
  CHECK(why(file("{\"a\":" + kByte + ",\"b\":" + later + "}", "xyz")) == "tensor 'b': a gap of 1 bytes before it");
  CHECK(why(file("{\"b\":" + later + "}", "xyz")) == "tensor 'b': a gap of 2 bytes before it");
}

TEST_CASE("overlapping tensors are refused") {
  CHECK(why(file("{\"a\":" + kByte + ",\"b\":" + kByte + "}", "x")) == "tensor 'b': it overlaps the one before it");
}

TEST_CASE("an incomplete buffer is refused") {
  CHECK(why(file(one(kByte))) == "its tensors need 1 bytes, 0 are there; the file is truncated");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[9000000000000000000],"data_offsets":[0,9000000000000000000]})"), "x")) ==
        "its tensors need 9000000000000000000 bytes, 1 are there; the file is truncated");
}

TEST_CASE("bytes after the last tensor are refused") {
  CHECK(why(file(one(kByte), "xyz")) == "2 bytes after the last tensor");
  CHECK(why(file("{}", "x")) == "1 bytes after the last tensor");
}

TEST_CASE("a name over 1 KiB or a rank over 8 is refused") {
  const auto named = [](size_t size) { return file("{\"" + std::string(size, 'n') + "\":" + kByte + "}", "x"); };
  CHECK(why(named(1024)) == "accepted");
  CHECK(why(named(1025)) == "the name of tensor '" + std::string(60, 'n') + "...' is longer than 1 KiB");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1],"data_offsets":[0,1]})"), "x")) == "accepted");
  CHECK(why(file(one(R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]})"), "x")) ==
        "tensor 'w': it has more than 8 dimensions");
}

TEST_CASE("more than 65,536 tensors are refused") {
  const auto many = [](size_t count) {
    std::string header = R"({"__metadata__":{})";
    for (size_t i = 0; i < count; ++i)
      header += ",\"" + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    return file(header + "}");
  };
  CHECK(why(many(65536)) == "accepted");
  CHECK(why(many(65537)) == "it has more than 65,536 tensors");
}

TEST_CASE("every cut of a file is refused") {
  Safetensors contents;
  contents.metadata["k"] = "v";
  contents.tensors["w"] = TensorData::of<float>(DType::kF32, {2}, {1, 2});
  const std::string bytes = format_safetensors(contents);
  for (size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(parse_safetensors(bytes.substr(0, size), "m"), Error);
  }
}

TEST_CASE("metadata that could not be read back is not written") {
  CHECK_THROWS_WITH(format_safetensors({{{"k", "\xFF"}}, {}}),
                    "the metadata 'k' of a model file would not be UTF-8 text");
}
