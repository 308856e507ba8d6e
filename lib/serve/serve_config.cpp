#include "serve/serve_config.h"

#include <filesystem>

#include "base/text.h"
#include "config/record_reader.h"
#include "io/names.h"

namespace mdl {
namespace {

/// "shadow", or a share of the requests.
struct CanaryKind {
  std::string expected() const { return "a share of the requests above 0 and up to 1, or shadow"; }
  std::string read(const Node& node, ModelEntry& entry) const {
    entry.shadow = node.kind == Node::Kind::kScalar && node.text == "shadow";
    return entry.shadow ? "" : Float{.above = 0, .to = 1}.read(node, entry.share);
  }
};

struct ModelNameKind {
  std::string expected() const { return "letters, digits, '-', '_' and '.'"; }
  std::string read(const Node& node, std::string& name) const {
    if (const std::string problem = Text().read(node, name); !problem.empty()) return problem;
    return is_model_name(name) ? "" : quote(name);
  }
};

const RecordOf<ServeConfig>& serve_config() {
  const Integer seconds{.least = 1, .most = 86400};
  static const RecordOf<ModelEntry> model{
      "a model",
      {{"path", &ModelEntry::path, Text{"a path"}, Need::kRequired},
       {"name", &ModelEntry::name, ModelNameKind()},
       {"canary", [](ModelEntry& entry) -> ModelEntry& { return entry; }, CanaryKind()}}};
  static const RecordOf<TlsOptions> tls{"tls",
                                        {{"certificate", &TlsOptions::certificate, Text{"a path"}, Need::kRequired},
                                         {"key", &TlsOptions::key, Text{"a path"}, Need::kRequired},
                                         {"client_ca", &TlsOptions::client_ca, Text{"a path"}}}};
  static const RecordOf<ServerOptions> limits{
      "limits",
      {{"body_bytes", &ServerOptions::largest_body, Integer{.least = 1, .most = int64_t{1} << 30}},
       {"connections", &ServerOptions::most_connections, Integer{.least = 1, .most = 100'000}},
       {"connections_per_address", &ServerOptions::most_connections_of_address, Integer{.least = 1, .most = 100'000}},
       {"read_seconds", &ServerOptions::read_seconds, seconds},
       {"idle_seconds", &ServerOptions::idle_seconds, seconds},
       {"grace_seconds", &ServerOptions::grace_seconds, seconds}}};
  static const RecordOf<ServeConfig> protect{
      "protect",
      {{"trust", &ServeConfig::trust, ListOf<Text>{.item = {"a path"}, .one_alone = true}},
       {"min_model_version", &ServeConfig::min_model_version, Integer{.least = 0}}}};
  static const RecordOf<ServeConfig> audit_log{"audit_log",
                                               {{"file", &ServeConfig::audit_log, Text{"a path"}, Need::kRequired},
                                                {"inputs", &ServeConfig::audit_inputs, Boolean()}}};
  static const RecordOf<ServeConfig> log{"log",
                                         {{"format", &ServeConfig::log_format, OneOf{kLogFormatNames}},
                                          {"requests", &ServeConfig::log_requests, Boolean()}}};
  const auto itself = [](ServeConfig& config) -> ServeConfig& { return config; };
  const auto server = [](auto member) {
    return [member](ServeConfig & config) -> auto& { return config.server.*member; };
  };
  static const RecordOf<ServeConfig> config{
      "serve.yaml",
      {{"models", &ServeConfig::models, ListOfRecords{model}},
       {"host", server(&ServerOptions::address), Text{"an address"}},
       {"port", server(&ServerOptions::port), Integer{.least = 0, .most = 65535}},
       {"behind_proxy", server(&ServerOptions::behind_proxy), Boolean()},
       {"hosts", &ServeConfig::hosts, ListOf<Text>{.item = {"a host's name"}, .one_alone = true}},
       {"tls", server(&ServerOptions::tls), tls},
       {"tokens", &ServeConfig::tokens, Text{"a path"}},
       {"page", &ServeConfig::page, Boolean()},
       {"audit_log", itself, audit_log},
       {"log", itself, log},
       {"threads", server(&ServerOptions::threads), Integer{.least = 1, .most = 1024}},
       {"batch_rows", &ServeConfig::batch_rows, Integer{.least = 1, .most = 2048}},
       {"limits", [](ServeConfig& config) -> ServerOptions& { return config.server; }, limits},
       {"protect", itself, protect}}};
  return config;
}

}  // namespace

bool is_model_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
                              std::string_view::npos;
}

std::string model_name_of(const std::string& path) {
  return std::filesystem::path(unpacked_name(path)).stem().string();
}

ServeConfig parse_serve_config(std::string_view text, const std::string& name) {
  ServeConfig config = read_record(text, name, serve_config());
  for (ModelEntry& model : config.models) {
    if (model.name.empty()) model.name = model_name_of(model.path);
  }
  return config;
}

}  // namespace mdl
