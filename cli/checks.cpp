#include "cli/checks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"
#include "config/option_types.h"
#include "io/names.h"
#include "table/table_format.h"

namespace mdl {

void add_threads(CLI::App& app, size_t& threads) {
  constexpr size_t kMost = 1024;
  app.add_option(
         "--threads", threads,
         "number of threads (default: chosen by the amount of work); predictions and scores do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, kMost));
}

void add_device(CLI::App& app, std::string& device) {
  app.add_option("--device", device, Device().expected())->type_name("DEVICE")->check([](const std::string& text) {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.text = text;
    std::string value;
    const std::string problem = Device().read(node, value);
    return problem.empty() ? "" : fmt::format("expected {}, found {}", Device().expected(), problem);
  });
}

void add_set(CLI::App& app, std::vector<std::string>& set, const char* help) {
  app.add_option("--set", set, help)
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->check([](const std::string& text) {
        return text.find('=') == std::string::npos ? fmt::format("expected KEY=VALUE, found {}", quote(text)) : "";
      });
}

void add_scoring_flags(CLI::App& app, std::string& device, size_t& threads, InputFlags& input,
                       ProtectionFlags& protection) {
  add_device(app, device);
  add_threads(app, threads);
  add_input_flags(app, input);
  add_missing_flag(app, input);
  add_protection_flags(app, protection);
}

void set_threshold(Model& model, double threshold) {
  if (model.target.task != Task::kBinary)
    wrong_flags("--threshold is for two classes; the model's task is {}", name_of(model.target.task));
  if (!(threshold >= 0 && threshold <= 1)) wrong_flags("--threshold {}: expected a number from 0 to 1", threshold);
  model.threshold = threshold;
}

namespace {

/// What tells a regular file from all others. Nothing of a pipe, a device and of what is not there.
std::string identity_of(const std::string& path, int standard) {
  struct stat status = {};
  const int found = path == "-" ? fstat(standard, &status) : stat(path.c_str(), &status);
  return found == 0 && S_ISREG(status.st_mode) ? fmt::format("{}:{}", status.st_dev, status.st_ino) : "";
}

/// The same of a file that may not be there yet: then its folder's, and its name.
std::string identity_of_output(const std::string& path) {
  struct stat status = {};
  if (path == "-" || stat(path.c_str(), &status) == 0) return identity_of(path, STDOUT_FILENO);
  const std::filesystem::path file(path);
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  return stat(folder.c_str(), &status) == 0
             ? fmt::format("{}:{}/{}", status.st_dev, status.st_ino, file.filename().string())
             : "";
}

}  // namespace

bool is_model(const std::string& path) {
  constexpr uint64_t kLongestHeader = uint64_t{1} << 32;
  std::error_code unknown;
  if (std::filesystem::exists(path + "/model.safetensors", unknown)) return true;
  if (path == "-" || identity_of(path, STDIN_FILENO).empty()) return false;  // a pipe's bytes would be lost
  if (path.ends_with(kEncryptedEnding)) return unpacked_name(path).ends_with(".safetensors");
  std::ifstream file(path, std::ios::binary);
  uint64_t length = 0;
  return file.read(reinterpret_cast<char*>(&length), sizeof length) && length < kLongestHeader && file.get() == '{';
}

bool is_table(const std::string& path) {
  if (is_model(path)) return false;
  std::error_code unknown;
  return path == "-" || table_format_of(path) ||
         (std::filesystem::is_regular_file(path, unknown) && !path.ends_with(kEncryptedEnding));
}

void expect_tables(const std::string& model, const std::vector<std::string>& data) {
  for (const std::string& path : data) {
    if (!is_model(path)) continue;
    if (is_model(model)) wrong_flags("{}: is a model, where a table is expected", quote(path));
    wrong_flags("MODEL and DATA are swapped: {} is the model, and comes before {}", quote(path), quote(model));
  }
}

const std::string* read_as(const std::string& output, const std::vector<std::string>& inputs) {
  const std::string identity = identity_of(output, STDOUT_FILENO);
  if (identity.empty()) return nullptr;
  const auto found = std::ranges::find_if(
      inputs, [&](const std::string& input) { return identity_of(input, STDIN_FILENO) == identity; });
  return found == inputs.end() ? nullptr : &*found;
}

void expect_not_read(const char* flag, const std::string& output, const std::vector<std::string>& inputs) {
  if (const std::string* input = read_as(output, inputs)) {
    wrong_flags("{} {}: is also an input, {}, and would be overwritten", flag, quote(output), quote(*input));
  }
}

void expect_no_terminal(const char* what) {
  if (isatty(STDOUT_FILENO) == 1)
    wrong_flags("{} is binary and is not written to a terminal; name a file with --output", what);
}

bool same_output(const std::string& a, const std::string& b) {
  const std::string identity = identity_of_output(a);
  return !identity.empty() && identity == identity_of_output(b);
}

}  // namespace mdl
