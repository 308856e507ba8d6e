#include "serve/inference.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "base/counted.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "predict/prediction_columns.h"
#include "predict/predictor.h"
#include "predict/row_writer.h"
#include "serve/tensor_data.h"
#include "table/json_lines.h"
#include "table/record_encoder.h"

namespace mdl {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "binary tensors are copied as they come");

constexpr int kDeepest = 8;

struct Tensor {
  std::string name;
  std::variant<std::vector<double>, TextTensor> values;
};

/// The rows of the tensors, one behind the other.
class TensorRows final : public RecordReader {
 public:
  TensorRows(std::vector<Tensor> tensors, size_t rows)
      : RecordReader("the request"), tensors_(std::move(tensors)), rows_(rows) {
    for (const Tensor& tensor : tensors_) header_.push_back(tensor.name);
    line_ = 0;
  }

  bool next() override { return line_ < rows_ && ++line_ > 0; }
  bool would_wait() override { return false; }
  std::string_view raw_field(size_t) const override { return {}; }
  std::string_view field(size_t column) const override { return text_of(cell(column), room_); }

 protected:
  Cell typed_cell(size_t column) const override {
    if (const auto* numbers = std::get_if<std::vector<double>>(&tensors_[column].values)) {
      const double number = (*numbers)[line_ - 1];
      return {std::isnan(number) ? Cell::Type::kMissing : Cell::Type::kNumber, {}, number};
    }
    const std::string_view text = std::get<TextTensor>(tensors_[column].values).cells[line_ - 1];
    return {text.data() == nullptr ? Cell::Type::kMissing : Cell::Type::kText, text};
  }

 private:
  std::vector<Tensor> tensors_;
  size_t rows_;
  mutable std::string room_;
};

/// The number of elements of a shape whose dimensions but the first are 1.
size_t rows_of(const json& tensor, const std::string& name) {
  const json& shape = tensor.at("shape");
  const bool usable = shape.is_array() && !shape.empty() &&
                      std::ranges::all_of(shape, [](const json& size) { return size.is_number_unsigned(); });
  if (!usable) fail("input {}: 'shape' is no list of sizes", quote(name));
  const uint64_t rows = shape[0].get<uint64_t>();
  const bool column = std::all_of(shape.begin() + 1, shape.end(), [](const json& size) { return size == 1; });
  if (!column) fail("input {}: expected one value a row, shape [rows] or [rows, 1]", quote(name));
  if (rows > kMostInferenceRows)
    fail("input {}: {} rows are more than {} in a request", quote(name), rows, kMostInferenceRows);
  return rows;
}

template <class T>
std::vector<double> numbers_of(std::string_view bytes, const std::string& name) {
  if (bytes.size() % sizeof(T) != 0) fail("input {}: its binary data is no whole number of values", quote(name));
  std::vector<double> numbers;
  for (size_t i = 0; i < bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + i, sizeof value);
    numbers.push_back(static_cast<double>(value));
  }
  return numbers;
}

TextTensor texts_of(std::string_view bytes, const std::string& name) {
  TextTensor texts;
  while (!bytes.empty()) {
    uint32_t size = 0;
    if (bytes.size() >= sizeof size) std::memcpy(&size, bytes.data(), sizeof size);
    if (bytes.size() < sizeof size || size > bytes.size() - sizeof size)
      fail("input {}: its binary data is cut off", quote(name));
    texts.cells.push_back(bytes.substr(sizeof size, size));
    bytes.remove_prefix(sizeof size + size);
  }
  return texts;
}

/// How a datatype is read, as JSON and as bytes.
struct DataType {
  std::string_view name;
  bool text;
  std::vector<double> (*numbers)(std::string_view bytes, const std::string& name);
};

constexpr DataType kDataTypes[] = {{"FP64", false, numbers_of<double>},     {"FP32", false, numbers_of<float>},
                                   {"INT64", false, numbers_of<int64_t>},   {"INT32", false, numbers_of<int32_t>},
                                   {"INT16", false, numbers_of<int16_t>},   {"INT8", false, numbers_of<int8_t>},
                                   {"UINT64", false, numbers_of<uint64_t>}, {"UINT32", false, numbers_of<uint32_t>},
                                   {"UINT16", false, numbers_of<uint16_t>}, {"UINT8", false, numbers_of<uint8_t>},
                                   {"BOOL", false, numbers_of<uint8_t>},    {"BYTES", true, nullptr}};

const DataType& data_type_of(const json& tensor, const std::string& name) {
  const std::string& text = tensor.at("datatype").get_ref<const std::string&>();
  const auto found = std::ranges::find(kDataTypes, text, &DataType::name);
  if (found == std::end(kDataTypes))
    fail("input {}: the datatype {} is not supported; FP64, BYTES, INT64 and the like are", quote(name), quote(text));
  return *found;
}

/// Takes the tensors of a request; binary data is taken off `binary`, in their order.
class TensorReader {
 public:
  /// `data`: of the tensors whose values are JSON, by what stands there in the request (tensor_data.h).
  TensorReader(const json& request, std::span<const std::string_view> data, std::string_view binary)
      : request_(request), data_(data), binary_(binary) {}

  std::vector<Tensor> read() {
    const json& inputs = request_.at("inputs");
    if (!inputs.is_array() || inputs.empty()) fail("'inputs' is no list of tensors");
    std::vector<Tensor> tensors;
    std::set<std::string> names;
    for (const json& input : inputs) {
      tensors.push_back(read_tensor(input));
      if (!names.insert(tensors.back().name).second) fail("the input {} comes twice", quote(tensors.back().name));
    }
    if (!binary_.empty()) fail("{} bytes of binary data belong to no input", binary_.size());
    return tensors;
  }

  size_t rows() const { return *rows_; }

 private:
  Tensor read_tensor(const json& input) {
    Tensor tensor{.name = input.at("name").get<std::string>()};
    const size_t rows = rows_of(input, tensor.name);
    if (rows_.value_or(rows) != rows)
      fail("input {}: has {}, others have {}", quote(tensor.name), counted(static_cast<int64_t>(rows), "row"), *rows_);
    rows_ = rows;
    const DataType& type = data_type_of(input, tensor.name);
    const auto parameters = input.find("parameters");
    const bool is_binary = parameters != input.end() && parameters->contains("binary_data_size");
    if (is_binary) {
      const uint64_t size = parameters->at("binary_data_size").get<uint64_t>();
      if (size > binary_.size()) fail("input {}: its binary data is cut off", quote(tensor.name));
      const std::string_view bytes = binary_.substr(0, size);
      binary_.remove_prefix(size);
      if (type.text) {
        tensor.values = texts_of(bytes, tensor.name);
      } else {
        tensor.values = type.numbers(bytes, tensor.name);
      }
    } else if (type.text) {
      tensor.values = texts_in_json(data_of(input, tensor.name), tensor.name);
    } else {
      tensor.values = numbers_in_json(data_of(input, tensor.name), tensor.name);
    }
    const size_t count = std::visit([](const auto& values) { return size_of(values); }, tensor.values);
    if (count != rows) {
      fail("input {}: has {} for {}", quote(tensor.name), counted(static_cast<int64_t>(count), "value"),
           counted(static_cast<int64_t>(rows), "row"));
    }
    return tensor;
  }

  std::string_view data_of(const json& input, const std::string& name) const {
    const auto place = input.find("data");
    if (place == input.end()) fail("input {}: has neither 'data' nor binary data", quote(name));
    const size_t at = place->is_number_unsigned() ? place->get<size_t>() : data_.size();
    if (at >= data_.size()) fail("input {}: 'data' is no list", quote(name));
    return data_[at];
  }

  static size_t size_of(const std::vector<double>& numbers) { return numbers.size(); }
  static size_t size_of(const TextTensor& texts) { return texts.cells.size(); }

  const json& request_;
  std::span<const std::string_view> data_;
  std::string_view binary_;
  std::optional<size_t> rows_;
};

/// How an output is wanted.
enum class Wanted { kNot, kJson, kBinary };

/// The outputs in the order in which they are to be answered, and of each column how.
struct WantedOutputs {
  std::vector<size_t> order;
  std::vector<Wanted> columns;
};

WantedOutputs wanted_outputs(const json& request, const PredictionColumns& columns) {
  const auto flag = [](const json& of, const char* key) {
    const auto parameters = of.find("parameters");
    return parameters != of.end() && parameters->value(key, false);
  };
  const bool all_binary = flag(request, "binary_data_output");
  const size_t count = columns.names().size();
  WantedOutputs wanted{.columns = std::vector(count, Wanted::kNot)};
  const auto add = [&](size_t column, bool binary) {
    wanted.order.push_back(column);
    wanted.columns[column] = binary ? Wanted::kBinary : Wanted::kJson;
  };
  const auto outputs = request.find("outputs");
  if (outputs == request.end() || outputs->empty()) {
    for (size_t k = 0; k < count; ++k) add(k, all_binary);
    return wanted;
  }
  std::map<std::string_view, size_t> places;
  for (size_t k = 0; k < count; ++k) places.emplace(columns.names()[k], k);
  for (const json& output : *outputs) {
    const std::string name = output.at("name").get<std::string>();
    const auto found = places.find(name);
    if (found == places.end()) fail("there is no output {}; there are {}", quote(name), join_names(columns.names()));
    if (wanted.columns[found->second] != Wanted::kNot) fail("the output {} is asked for twice", quote(name));
    const auto parameters = output.find("parameters");
    const bool told = parameters != output.end() && parameters->contains("binary_data");
    add(found->second, told ? flag(output, "binary_data") : all_binary);
  }
  return wanted;
}

void append_bytes(std::string& out, std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

double rounded(double value, std::optional<int> decimals) {
  if (!decimals) return value;
  char room[400];
  const std::string_view text = fixed(value, *decimals, room);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// By column the values of the rows [from, from + count): the elements of a JSON list, or bytes; of those not wanted
/// nothing.
std::vector<std::string> values_of(PredictionColumns& columns, const std::vector<Wanted>& wanted,
                                   std::optional<int> decimals, const Predictions& predictions, size_t from,
                                   size_t count) {
  std::vector<std::string> values(wanted.size());
  const auto append = [&](size_t column, auto as_json, auto as_bytes) {
    if (wanted[column] == Wanted::kNot) return;
    std::string& out = values[column];
    if (wanted[column] == Wanted::kBinary) return as_bytes(out);
    if (!out.empty()) out += ',';
    as_json(out);
  };
  for (size_t row = from; row < from + count; ++row) {
    columns.tell(
        predictions, row,
        [&](size_t column, size_t k) {
          const std::string& label = columns.target().classes[k];
          append(
              column, [&](std::string& out) { append_json_string(out, label); },
              [&](std::string& out) { append_bytes(out, label); });
        },
        [&](size_t column, double number) {
          const double value = rounded(number, decimals);
          append(
              column,
              [&](std::string& out) {
                char room[32];
                out.append(room, std::to_chars(room, room + sizeof room, value).ptr);
              },
              [&](std::string& out) { out.append(reinterpret_cast<const char*>(&value), sizeof value); });
        });
  }
  return values;
}

/// A request, whose texts the tensors are views of while it is read.
class TensorRequest final : public PredictionRequest {
 public:
  TensorRequest(std::shared_ptr<const ServedModel> model, const json& request, std::span<const std::string_view> data,
                std::string_view binary, const AnswerShape& shape)
      : PredictionRequest(std::move(model), shape, kMostInferenceRows), decimals_(shape.form.decimals) {
    if (!request.is_object()) fail("the request is no JSON object");
    TensorReader reader(request, data, binary);
    std::vector<Tensor> tensors = reader.read();
    wanted_ = wanted_outputs(request, columns_);
    if (const auto id = request.find("id"); id != request.end() && id->is_string()) id_ = id->get<std::string>();
    if (const size_t most = Predictor::rows_at_once(model_->model, kMostInferenceRows); reader.rows() > most)
      fail("{} rows are more than {} in a request to this model, each of whose answers is wide", reader.rows(), most);

    TensorRows records(std::move(tensors), reader.rows());
    RecordEncoder encoder(model_->model.encoder, records);
    DriftSampler sampler(model_->drift, encoder);
    while (records.next()) {
      if (const auto bad = encoder.append(records, rows_)) {
        fail("row {}: column {}: {} is not {}", records.line(), quote(bad->column), quote_cell(bad->text),
             bad->expected);
      }
      sampler.add(records);
    }
  }

  void write(HttpResponse& response, const Predictions& predictions, size_t from, size_t, size_t count) override {
    for (size_t i = 0; i < count; ++i) {
      if (!predictions.finite[from + i])
        fail("row {}: the network's output is not finite; a number in it is far too large", i + 1);
    }
    std::string& out = response.body;
    out = R"({"model_name":)";
    append_json_string(out, model_->name);
    out += fmt::format(R"(,"model_version":"{}")", model_->version);
    if (id_) {
      out += ",\"id\":";
      append_json_string(out, *id_);
    }
    out += fmt::format(R"(,"parameters":{{"model_sha256":"{}"}},"outputs":[)", model_->sha256);
    std::string behind;
    const std::vector<std::string> values = values_of(columns_, wanted_.columns, decimals_, predictions, from, count);
    for (const size_t column : wanted_.order) {
      if (out.back() != '[') out += ',';
      out += "{\"name\":";
      append_json_string(out, columns_.names()[column]);
      out += fmt::format(R"(,"datatype":"{}","shape":[{}],)", columns_.is_number(column) ? "FP64" : "BYTES", count);
      if (wanted_.columns[column] == Wanted::kJson) {
        out += "\"data\":[" + values[column] + "]}";
      } else {
        out += fmt::format(R"("parameters":{{"binary_data_size":{}}}}})", values[column].size());
        behind += values[column];
      }
    }
    const bool any_binary = std::ranges::find(wanted_.columns, Wanted::kBinary) != wanted_.columns.end();
    out += "]}";
    if (!any_binary) return;
    response.content_type = "application/octet-stream";
    response.headers.emplace_back("Inference-Header-Content-Length", fmt::format("{}", response.body.size()));
    response.body += behind;
  }

 private:
  std::optional<int> decimals_;
  WantedOutputs wanted_;
  std::optional<std::string> id_;
};

/// A client's requests differ in their data alone, as a rule: what was parsed last is kept by each thread.
const json& parse_once(const std::string& request) {
  constexpr size_t kLongest = 64 << 10;
  thread_local std::string text;
  thread_local json document;
  if (!text.empty() && request == text) return document;
  text.clear();
  document = parse_json(request, kDeepest, "the request");
  if (request.size() <= kLongest) text = request;
  return document;
}

}  // namespace

ordered_json metadata_of(const ServedModel& served, const std::vector<std::string>& versions) {
  ordered_json out = {{"name", served.name},
                      {"versions", versions},
                      {"platform", "mdl"},
                      {"inputs", ordered_json::array()},
                      {"outputs", ordered_json::array()},
                      {"parameters", {{"model_sha256", served.sha256}}}};
  const auto add_input = [&](const std::string& name, bool plain) {
    out["inputs"].push_back({{"name", name}, {"datatype", plain ? "FP64" : "BYTES"}, {"shape", {-1}}});
  };
  for (const Feature& feature : served.model.encoder.features) {
    const NumericColumn* number = feature.number();
    add_input(feature.name, number != nullptr && number->form == NumberForm());
  }
  if (const auto& exposure = served.model.encoder.exposure) add_input(exposure->column, exposure->form == NumberForm());
  const PredictionColumns columns(served.model.target);
  for (size_t k = 0; k < columns.names().size(); ++k) {
    out["outputs"].push_back(
        {{"name", columns.names()[k]}, {"datatype", columns.is_number(k) ? "FP64" : "BYTES"}, {"shape", {-1}}});
  }
  return out;
}

std::unique_ptr<PredictionRequest> read_tensor_request(std::shared_ptr<const ServedModel> model, std::string body,
                                                       std::optional<size_t> json_size, const AnswerShape& shape) {
  if (json_size.value_or(0) > body.size()) fail("Inference-Header-Content-Length is more than the request is long");
  const std::string_view text = std::string_view(body).substr(0, json_size.value_or(body.size()));
  if (!is_utf8(text)) fail("the request is not UTF-8");
  try {
    const TensorJson json = take_data(text);
    return std::make_unique<TensorRequest>(std::move(model), parse_once(json.request), json.data,
                                           std::string_view(body).substr(text.size()), shape);
  } catch (const json::exception&) {
    fail("a value of the request is missing, or is of another type; name, shape, datatype and data are expected");
  }
}

}  // namespace mdl
