#include "train/record.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "io/input.h"
#include "io/names.h"
#include "io/signed_files.h"
#include "modelfile/parts.h"
#include "report/formatting.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

using parts::Fields;
using parts::json;
using parts::ordered_json;
using parts::whole;

constexpr const char* kRecordFormat = "1";
constexpr int kDeepest = 3;
constexpr size_t kLargestRecord = 64 << 20;

std::string text(const json& value) { return value.get<std::string>(); }

std::string digest(const json& value) {
  std::string hexadecimal = text(value);
  if (hexadecimal.size() != 64 || hexadecimal.find_first_not_of("0123456789abcdef") != std::string::npos)
    fail("{} in it is no SHA-256", quote(hexadecimal));
  return hexadecimal;
}

std::string file_name(const json& value) {
  std::string name = text(value);
  if (name.empty() || name == "." || name == ".." ||
      name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    fail("{} in it is no name of a file", quote(name));
  return name;
}

RunRecord record_in(std::string_view bytes) {
  const auto document = parse_json<ordered_json>(bytes, kDeepest, "it");
  const json plain(document);
  Fields fields(plain);
  if (const std::string format = text(fields.at("mdl.run")); format != kRecordFormat)
    fail("it is of version {}, this program reads version {}", quote(format), kRecordFormat);
  RunRecord record;
  record.model_version = whole(fields.at("model_version"), INT64_MAX);
  record.seed = whole(fields.at("seed"), INT64_MAX);
  if (const json* parent = fields.find("parent")) record.parent = digest(*parent);
  for (const json& change : fields.at("changes")) record.changes.push_back(text(change));
  Fields rows(fields.at("rows"));
  record.training_rows = whole(rows.at("training"), INT64_MAX);
  record.validation_rows = whole(rows.at("validation"), INT64_MAX);
  record.unlabelled_rows = whole(rows.at("unlabelled"), INT64_MAX);
  rows.expect_end();
  for (const json& value : fields.at("inputs")) {
    Fields input(value);
    record.inputs.push_back({text(input.at("key")),
                             {text(input.at("path")), digest(input.at("sha256")), whole(input.at("rows"), INT64_MAX)}});
    input.expect_end();
  }
  for (const json& value : fields.at("outputs")) {
    Fields output(value);
    record.outputs.push_back({file_name(output.at("file")), digest(output.at("sha256"))});
    output.expect_end();
  }
  fields.at("versions");
  for (const auto& [name, version] : document.at("versions").items())
    record.versions.emplace_back(name, version.get<std::string>());
  record.config = text(fields.at("config"));
  fields.expect_end();
  return record;
}

bool is_file(const std::string& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown);
}

}  // namespace

std::string format_record(const RunRecord& record) {
  ordered_json out = {{"mdl.run", kRecordFormat}, {"model_version", record.model_version}, {"seed", record.seed}};
  if (!record.parent.empty()) out["parent"] = record.parent;
  out["changes"] = record.changes;
  out["rows"] = {{"training", record.training_rows},
                 {"validation", record.validation_rows},
                 {"unlabelled", record.unlabelled_rows}};
  out["inputs"] = ordered_json::array();
  for (const auto& [key, file] : record.inputs)
    out["inputs"].push_back({{"key", key}, {"path", file.path}, {"sha256", file.sha256}, {"rows", file.rows}});
  out["outputs"] = ordered_json::array();
  for (const auto& [file, sha256] : record.outputs) out["outputs"].push_back({{"file", file}, {"sha256", sha256}});
  out["versions"] = ordered_json::object();
  for (const auto& [name, version] : record.versions) out["versions"][name] = version;
  out["config"] = record.config;
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

RunRecord parse_record(std::string_view bytes, const std::string& name) {
  try {
    return record_in(bytes);
  } catch (const Error& error) {
    fail("{}: is not a usable record of a run: {}", name, error.what());
  } catch (const json::exception&) {
    fail("{}: is not a usable record of a run: a value is missing, or is of another type", name);
  }
}

std::string record_path(const std::string& folder) {
  const std::string clear = folder + "/" + kRecordFile;
  return is_there(encrypted_name(clear)) ? encrypted_name(clear) : clear;
}

std::vector<std::string> check_run(const std::string& folder, std::span<const PublicKey> keys,
                                   const std::function<void(const std::string& line)>& tell) {
  const std::string path = record_path(folder);
  const std::string stored = read_all(*open_stored(path), path, kLargestRecord);
  verify_trusted(stored, path, keys);
  const RunRecord record = parse_record(
      read_all(*unpack(std::make_unique<HeldBytes>(stored), path), path, kLargestRecord), path);
  tell(fmt::format("{}: as signed", path));
  std::vector<std::string> differing;
  const auto check = [&](const std::string& file, const std::string& sha256, const std::string& as_recorded) {
    const bool same = sha256_of(*open_stored(file)) == sha256;
    tell(fmt::format("{}: {}", printable(file), same ? as_recorded : "DIFFERS from the record"));
    if (!same) differing.push_back(file);
  };
  for (const auto& [key, input] : record.inputs) {
    if (input.path != "-" && is_file(input.path)) {
      check(input.path, input.sha256, fmt::format("as recorded, {} of {}", counted(input.rows, "row"), key));
    } else {
      tell(fmt::format("{}: not checked, as it is not there; {} of {}", printable(input_name(input.path)),
                       counted(input.rows, "row"), key));
    }
  }
  for (const auto& [name, sha256] : record.outputs) {
    const std::string file = folder + "/" + name;
    if (is_file(file)) {
      check(file, sha256, "as recorded");
    } else {
      tell(fmt::format("{}: MISSING", printable(file)));
      differing.push_back(file);
    }
  }
  return differing;
}

}  // namespace mdl
