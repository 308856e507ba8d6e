#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "base/console.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "crypto/sha256.h"
#include "io/input.h"
#include "io/signed_files.h"
#include "serve/serve_config.h"
#include "serve/server.h"
#include "serve/service.h"

namespace mdl {
namespace {

constexpr size_t kLargestConfig = 1 << 20;

/// What flags say goes before what the file says.
struct ServeFlags {
  std::vector<std::string> models;  // [NAME=]MODEL
  std::string config;
  std::optional<std::string> tokens, audit_log, log_format, address, certificate, key, client_ca;
  std::optional<unsigned short> port;
  std::optional<size_t> threads, batch_rows, body, connections;
  std::vector<std::string> hosts;
  bool behind_proxy = false, no_page = false, log_requests = false;
  ProtectionFlags protection;
};

ModelEntry named_model(const std::string& argument) {
  const size_t equals = argument.find('=');
  const std::string path = equals == std::string::npos ? argument : argument.substr(equals + 1);
  return {.name = equals == std::string::npos ? model_name_of(path) : argument.substr(0, equals), .path = path};
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

ServeConfig config_of(const ServeFlags& flags) {
  ServeConfig config;
  if (!flags.config.empty()) config = parse_serve_config(read_file(flags.config, kLargestConfig), flags.config);
  const auto take = [](const auto& flag, auto& to) {
    if (flag) to = *flag;
  };
  ServerOptions& server = config.server;
  if (!flags.models.empty()) config.models.clear();
  for (const std::string& argument : flags.models) config.models.push_back(named_model(argument));
  take(flags.tokens, config.tokens);
  take(flags.audit_log, config.audit_log);
  take(flags.address, server.address);
  take(flags.port, server.port);
  take(flags.certificate, server.tls.certificate);
  take(flags.key, server.tls.key);
  take(flags.client_ca, server.tls.client_ca);
  take(flags.threads, server.threads);
  take(flags.batch_rows, config.batch_rows);
  take(flags.body, server.largest_body);
  take(flags.connections, server.most_connections);
  if (!flags.hosts.empty()) config.hosts = flags.hosts;
  server.behind_proxy |= flags.behind_proxy;
  config.page &= !flags.no_page;
  config.log_requests |= flags.log_requests;
  if (flags.log_format) config.log_format = *flags.log_format == "json" ? LogFormat::kJson : LogFormat::kText;
  if (server.threads == 0) server.threads = std::max(1u, std::thread::hardware_concurrency());
  server.most_connections_of_address = std::min(server.most_connections_of_address, server.most_connections);
  return config;
}

void check(const ServeConfig& config) {
  const ServerOptions& server = config.server;
  if (config.models.empty()) wrong_flags("no model is named; expected [NAME=]MODEL, or models in --config");
  for (const ModelEntry& model : config.models) {
    if (!is_model_name(model.name)) {
      wrong_flags("{}: a model's name in paths has letters, digits, '-', '_' and '.'; give one: NAME={}",
                  quote(model.name), model.path);
    }
    const std::string path = std::filesystem::path(model.path).lexically_normal().string();
    if (path == "-" || path.starts_with("/dev/") || path.starts_with("/proc/"))
      wrong_flags("{}: a model is served from a file, which is read again when it changes", model.path);
  }
  if (server.tls.certificate.empty() != server.tls.key.empty())
    wrong_flags("--tls-certificate and --tls-key go together");
  if (!server.tls.client_ca.empty() && server.tls.certificate.empty())
    wrong_flags("--client-ca: certificates of clients need TLS; add --tls-certificate and --tls-key");
  if (!is_loopback(server.address) && server.tls.certificate.empty() && !server.behind_proxy) {
    wrong_flags(
        "--host {}: others could read what is sent there, as it is not encrypted; add --tls-certificate and --tls-key, "
        "or put a proxy with TLS in front and say --behind-proxy",
        server.address);
  }
}

/// Names by which a service on this machine's own address is called; from elsewhere it may have any, unless told.
OwnNames names_of(const ServeConfig& config) {
  OwnNames names{.behind_proxy = config.server.behind_proxy};
  for (const std::string& host : config.hosts) names.hosts.push_back(lower(host));
  if (names.behind_proxy || !is_loopback(config.server.address)) return names;
  for (const char* own : {"localhost", "127.0.0.1", "::1"}) names.hosts.emplace_back(own);
  names.hosts.push_back(config.server.address);
  return names;
}

int run_serve(const ServeFlags& flags) {
  const ServeConfig config = config_of(flags);
  check(config);
  apply(flags.protection);
  for (const std::string& path : config.trust) protection().trust.push_back(read_public_key(path));
  protection().min_model_version = std::max(protection().min_model_version, config.min_model_version);
  using Level = ServiceLog::Level;
  const ServiceLog log(config.log_format, [](const std::string& line) { write_to_stderr(line); });
  ServiceOptions options{.models = config.models,
                         .tokens = config.tokens,
                         .names = names_of(config),
                         .page = config.page,
                         .batch_rows = config.batch_rows,
                         .largest_body = config.server.largest_body,
                         .audit_log = config.audit_log,
                         .audit_inputs = config.audit_inputs,
                         .log_requests = config.log_requests};
  Secret token;
  if (config.tokens.empty()) {
    token = new_token();
    options.token_sha256 = sha256_of(token.view());
  }
  Service service(std::move(options), log);

  const bool v6 = config.server.address.find(':') != std::string::npos;
  const std::string place = fmt::format("{}://{}{}{}", config.server.tls.certificate.empty() ? "http" : "https",
                                        v6 ? "[" : "", config.server.address, v6 ? "]" : "");
  const ServerEvents events{
      .begin = [&](HttpRequest request) { return service.begin(std::move(request)); },
      .started =
          [&](unsigned short port, const RunningServer& server) {
            service.start(server);
            log.tell(Level::kInfo, "start",
                     fmt::format("serving {} on {}:{}", join_names(service.model_names()), place, port));
            // Not into the log, which others may read.
            if (!token.empty()) write_to_stderr(fmt::format("token of this process: {}\n", token.view()));
          },
      .reload = [&] { service.reload(/*all=*/true); },
      .look = [&] { service.reload(/*all=*/false); },
      .drain =
          [&] {
            service.drain();
            log.tell(Level::kInfo, "drain", "no new connections are taken; the requests in work are answered");
          },
      .ended = [&] { service.end(); },
      .trouble = [&](const std::string& what) { log.tell(Level::kError, "tls", what); }};
  serve_module().run(config.server, events);
  return 0;
}

}  // namespace

Run setup_serve(CLI::App& app) {
  const auto flags = std::make_shared<ServeFlags>();
  app.add_option("models", flags->models, "the models, each with a name in front if it is not to be the file's")
      ->type_name("[NAME=]MODEL");
  app.add_option("--config", flags->config,
                 "file with all of this and more (configs/deploy/serve.yaml); flags go first")
      ->type_name("FILE");
  app.add_option("--port", flags->port, "port (default: 8080); 0: one that is free")->type_name("N");
  app.add_option("--host", flags->address, "address to listen on (default: 127.0.0.1)")->type_name("ADDRESS");
  app.add_option("--tls-certificate", flags->certificate, "certificate for TLS, in PEM, its issuers behind it")
      ->type_name("FILE");
  app.add_option("--tls-key", flags->key, "its private key, readable by its owner alone")->type_name("FILE");
  app.add_option("--client-ca", flags->client_ca,
                 "whose client certificates are believed (mutual TLS); tokens.yaml says what their names may do")
      ->type_name("FILE");
  app.add_flag("--behind-proxy", flags->behind_proxy,
               "a proxy with TLS stands in front: listen on other addresses than this machine's own without TLS, and "
               "take clients' addresses from X-Forwarded-For");
  app.add_option("--allow-host", flags->hosts, "a name that the service is called by (header Host); may be repeated")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--tokens", flags->tokens,
                 "who may do what (mdl token new); without it, one token is made for this process and printed")
      ->type_name("FILE");
  app.add_option("--audit-log", flags->audit_log,
                 "file that gets a line for each decision, chained by hash (mdl audit-log verify)")
      ->type_name("FILE");
  app.add_option("--log-format", flags->log_format, "of what is said on stderr: text or json (default: text)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--log-requests", flags->log_requests, "a line on stderr for each request");
  app.add_flag("--no-page", flags->no_page, "no page at /");
  app.add_option("--threads", flags->threads, "number of threads (default: one for each processor)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{1024}));
  app.add_option("--batch-rows", flags->batch_rows,
                 "rows of several requests that are predicted together (default: 256; 1: those of one request alone)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{2048}));
  app.add_option("--max-body", flags->body, "bytes that a request's body may have (default: 1 MiB)")
      ->type_name("BYTES")
      ->check(CLI::Range(size_t{1}, size_t{1} << 30));
  app.add_option("--max-connections", flags->connections, "connections at once (default: 1024, of an address 256)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{100'000}));
  add_identity_flags(app, flags->protection);
  add_trust_flags(app, flags->protection);
  app.footer(
      "Answers over HTTP: the Open Inference Protocol V2 (/v2/models/NAME/infer), and rows as CSV or JSON as mdl "
      "predict\n"
      "answers them (POST /v1/models/NAME/predict); the page at / tries a row. All but that, the OpenAPI document\n"
      "(/openapi.json) and health needs a token. Models of one name are versions of one model (model.version).\n"
      "Files that change, or SIGHUP: models, tokens and certificates are read again. SIGTERM ends when the requests "
      "in\n"
      "work are answered.\n\n"
      "Example:\n"
      "  mdl serve credit=runs/credit/model.safetensors --tokens tokens.yaml\n"
      "  curl --data-binary @new.csv -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: text/csv' \\\n"
      "    http://127.0.0.1:8080/v1/predict");
  return [flags] { return run_serve(*flags); };
}

}  // namespace mdl
