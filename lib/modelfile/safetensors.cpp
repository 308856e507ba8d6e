#include "modelfile/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "base/byte_source.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

namespace mdl {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie in the file");

constexpr size_t kLengthSize = 8;
constexpr uint64_t kLargestHeader = 16 << 20;
constexpr size_t kMostTensors = 65536;
constexpr size_t kLongestName = 1024;
constexpr size_t kHighestRank = 8;
constexpr int kDeepest = 3;  // {name: {shape: [number]}}
constexpr const char* kMetadata = "__metadata__";

constexpr std::pair<DType, const char*> kDTypeNames[] = {
    {DType::kU8, "U8"}, {DType::kI64, "I64"}, {DType::kF32, "F32"}, {DType::kF64, "F64"}};

/// The reason why a file is refused, without its name; Errors of reading it have the name.
struct Refusal {
  std::string reason;
};

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw Refusal{fmt::format(format, std::forward<Args>(args)...)};
}

std::string dtype_name(DType dtype) {
  return std::find_if(std::begin(kDTypeNames), std::end(kDTypeNames), [&](auto& pair) { return pair.first == dtype; })
      ->second;
}

/// A tensor as the header describes it: begin and end count from the end of the header.
struct Entry {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;
};

/// A file that is read front to back.
struct Stream {
  ByteSource& source;
  uint64_t limit;      // bytes that it may have
  uint64_t there = 0;  // bytes that it has, as far as is known; of a pipe none

  /// The next `size` bytes, or all there are. Memory grows with what is there, whatever is asked for.
  std::string take(uint64_t size) {
    constexpr uint64_t kStep = 1 << 20;
    std::string bytes;
    bytes.reserve(std::min(size, there));
    while (bytes.size() < size) {
      const size_t had = bytes.size();
      bytes.resize(had + std::min(size - had, kStep));
      const size_t got = source.read(bytes.data() + had, bytes.size() - had);
      bytes.resize(had + got);
      if (got == 0) break;
    }
    return bytes;
  }

  /// How many bytes follow.
  uint64_t rest() {
    char block[4096];
    uint64_t count = 0;
    while (const size_t got = count <= limit ? source.read(block, sizeof block) : 0) count += got;
    return count;
  }
};

std::string take_header(Stream& input) {
  const std::string prefix = input.take(kLengthSize);
  if (prefix.size() < kLengthSize) refuse("it has {} bytes, the length of the header alone takes 8", prefix.size());
  uint64_t length = 0;
  std::memcpy(&length, prefix.data(), kLengthSize);
  if (length > kLargestHeader)
    refuse("its header would be {} bytes long, more than 16 MiB; is it a safetensors file?", length);
  std::string header = input.take(length);
  if (header.size() < length) {
    refuse("its header would be {} bytes long, but only {} follow; the file is truncated or no safetensors file",
           length, header.size());
  }
  if (!is_utf8(header)) refuse("its header is not UTF-8 text");
  if (!header.starts_with('{')) refuse("its header does not start with '{{'");
  return header;
}

std::map<std::string, std::string> metadata_of(const json& header) {
  std::map<std::string, std::string> metadata;
  const auto found = header.find(kMetadata);
  if (found == header.end()) return metadata;
  if (!found->is_object()) refuse("its metadata is not an object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) refuse("the value of {} in its metadata is not a string", quote(key));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

DType dtype_of(const json& value, const std::string& name) {
  if (!value.is_string()) refuse("tensor {}: 'dtype' is not a string", quote(name));
  const std::string& spelling = value.get_ref<const std::string&>();
  for (const auto& [dtype, known] : kDTypeNames) {
    if (spelling == known) return dtype;
  }
  refuse("tensor {}: its dtype is {}; U8, I64, F32 and F64 can be read", quote(name), quote(spelling));
}

std::vector<uint64_t> whole_numbers(const json& value, const char* key, const std::string& name) {
  if (!value.is_array() ||
      !std::all_of(value.begin(), value.end(), [](auto& item) { return item.is_number_unsigned(); })) {
    refuse("tensor {}: '{}' is not a list of whole numbers", quote(name), key);
  }
  return value.get<std::vector<uint64_t>>();
}

/// Number of bytes that the shape asks for.
uint64_t size_of(DType dtype, const std::vector<int64_t>& shape, const std::string& name) {
  uint64_t size = size_of(dtype);
  for (const int64_t dimension : shape) {
    if (__builtin_mul_overflow(size, static_cast<uint64_t>(dimension), &size)) {
      refuse("tensor {}: its shape is larger than memory can be", quote(name));
    }
  }
  return size;
}

Entry entry_of(const std::string& name, const json& info) {
  if (name.size() > kLongestName) refuse("the name of tensor {} is longer than 1 KiB", quote(name));
  if (!info.is_object()) refuse("tensor {}: its description is not an object", quote(name));
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    if (!info.contains(key)) refuse("tensor {}: '{}' is missing", quote(name), key);
  }
  for (const auto& [key, value] : info.items()) {
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      refuse("tensor {}: unknown key {}", quote(name), quote(key));
  }
  Entry entry;
  entry.name = name;
  entry.dtype = dtype_of(info["dtype"], name);
  for (const uint64_t dimension : whole_numbers(info["shape"], "shape", name)) {
    if (!std::in_range<int64_t>(dimension)) refuse("tensor {}: its shape is larger than memory can be", quote(name));
    entry.shape.push_back(static_cast<int64_t>(dimension));
  }
  if (entry.shape.size() > kHighestRank) refuse("tensor {}: it has more than 8 dimensions", quote(name));
  const std::vector<uint64_t> offsets = whole_numbers(info["data_offsets"], "data_offsets", name);
  if (offsets.size() != 2) refuse("tensor {}: 'data_offsets' has {} numbers instead of 2", quote(name), offsets.size());
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (entry.end < entry.begin) refuse("tensor {}: it ends before it begins", quote(name));
  const uint64_t size = size_of(entry.dtype, entry.shape, name);
  if (entry.end - entry.begin != size) {
    refuse("tensor {}: it has {} bytes, its shape needs {}", quote(name), entry.end - entry.begin, size);
  }
  return entry;
}

json parse_header(const std::string& text) {
  try {
    return parse_json(text, kDeepest, "its header");
  } catch (const Error& why) {
    refuse("{}", why.what());
  }
}

Safetensors parse(Stream& input) {
  const std::string text = take_header(input);
  const json header = parse_header(text);
  Safetensors file;
  file.metadata = metadata_of(header);
  if (header.size() - header.count(kMetadata) > kMostTensors) refuse("it has more than 65,536 tensors");
  std::vector<Entry> entries;
  for (const auto& [name, info] : header.items()) {
    if (name != kMetadata) entries.push_back(entry_of(name, info));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });

  // Every byte belongs to one tensor, so that nothing can hide between them.
  uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin < end) refuse("tensor {}: it overlaps the one before it", quote(entry.name));
    if (entry.begin > end) refuse("tensor {}: a gap of {} bytes before it", quote(entry.name), entry.begin - end);
    end = entry.end;
  }
  if (end > input.limit - kLengthSize - text.size()) refuse("it is larger than {} bytes", input.limit);
  uint64_t there = 0;
  for (Entry& entry : entries) {
    std::string bytes = input.take(entry.end - entry.begin);
    there += bytes.size();
    if (there < entry.end) refuse("its tensors need {} bytes, {} are there; the file is truncated", end, there);
    file.tensors[entry.name] = {entry.dtype, std::move(entry.shape), std::move(bytes)};
  }
  if (const uint64_t more = input.rest(); more > 0) refuse("{} bytes after the last tensor", more);
  return file;
}

Safetensors parse(Stream input, const std::string& name) {
  try {
    return parse(input);
  } catch (const Refusal& refusal) {
    fail("{}: is not a usable model file: {}", name, refusal.reason);
  }
}

}  // namespace

size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::kU8: return 1;
    case DType::kF32: return 4;
    case DType::kI64:
    case DType::kF64: return 8;
  }
  throw std::logic_error("size_of: no such dtype");
}

Safetensors parse_safetensors(std::string_view bytes, const std::string& name) {
  HeldBytes held(bytes);
  return parse({held, UINT64_MAX, bytes.size()}, name);
}

Safetensors read_safetensors(ByteSource& source, const std::string& path, uint64_t limit) {
  std::error_code unknown;
  const uint64_t size = std::filesystem::is_regular_file(path, unknown) ? std::filesystem::file_size(path, unknown) : 0;
  return parse({source, limit, unknown ? 0 : size}, input_name(path));
}

std::string format_safetensors(const Safetensors& file) {
  std::vector<const std::pair<const std::string, TensorData>*> ordered;
  for (const auto& tensor : file.tensors) ordered.push_back(&tensor);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](auto* a, auto* b) { return size_of(a->second.dtype) > size_of(b->second.dtype); });

  json header = json::object();
  for (const auto& [key, value] : file.metadata) {
    if (!is_utf8(key) || !is_utf8(value)) fail("the metadata {} of a model file would not be UTF-8 text", quote(key));
    header[kMetadata][key] = value;
  }
  size_t end = 0;
  for (const auto* tensor : ordered) {
    const auto& [name, data] = *tensor;
    const size_t begin = std::exchange(end, end + data.bytes.size());
    if (size_of(data.dtype, data.shape, name) != data.bytes.size() || name == kMetadata) {
      throw std::logic_error("format_safetensors: tensor " + name + " is not what its shape says");
    }
    header[name] = {{"dtype", dtype_name(data.dtype)}, {"shape", data.shape}, {"data_offsets", {begin, end}}};
  }
  std::string out = header.dump();
  out.resize((out.size() + kLengthSize - 1) / kLengthSize * kLengthSize, ' ');
  if (out.size() > kLargestHeader) fail("the model file's header would be larger than 16 MiB");
  const uint64_t length = out.size();
  out.insert(0, reinterpret_cast<const char*>(&length), kLengthSize);
  for (const auto* tensor : ordered) out += tensor->second.bytes;
  return out;
}

}  // namespace mdl
