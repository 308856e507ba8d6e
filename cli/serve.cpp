#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "base/console.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "crypto/sha256.h"
#include "io/names.h"
#include "serve/server.h"
#include "serve/service.h"

namespace mdl {
namespace {

struct ServeFlags {
  std::vector<std::string> models;  // [NAME=]MODEL
  std::string tokens;
  bool behind_proxy = false;
  size_t threads = 0;  // 0: one for each processor
  ServerOptions server;
  ProtectionFlags protection;
};

/// A model's name in paths, which is its file's stem unless it is given.
std::pair<std::string, std::string> named_model(const std::string& argument) {
  const size_t equals = argument.find('=');
  const std::string path = equals == std::string::npos ? argument : argument.substr(equals + 1);
  const std::string name = equals == std::string::npos ? std::filesystem::path(unpacked_name(path)).stem().string()
                                                       : argument.substr(0, equals);
  const bool usable = !name.empty() && name.find_first_not_of(
                                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789-_.") == std::string::npos;
  if (!usable)
    wrong_flags("{}: a model's name in paths has letters, digits, '-', '_' and '.'; give one: NAME={}", quote(argument),
                path);
  return {name, path};
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

int run_serve(const ServeFlags& flags) {
  if (!is_loopback(flags.server.address) && !flags.behind_proxy) {
    wrong_flags(
        "--host {}: others could listen to what is sent there, as it is not encrypted; put a proxy with TLS in front "
        "and "
        "say --behind-proxy",
        flags.server.address);
  }
  apply(flags.protection);
  const auto log = [](const std::string& line) { write_to_stderr(line + "\n"); };
  ServiceOptions options{.tokens = flags.tokens, .log = log};
  std::set<std::string> names;
  for (const std::string& argument : flags.models) {
    options.models.push_back(named_model(argument));
    if (const std::string& name = options.models.back().first; !names.insert(name).second)
      wrong_flags("two models are called {}; give them names: NAME=MODEL", quote(name));
  }
  Secret token;
  if (flags.tokens.empty()) {
    token = new_token();
    options.token_sha256 = sha256_of(token.view());
  }
  Service service(std::move(options));

  ServerOptions server = flags.server;
  server.threads = flags.threads > 0 ? flags.threads : std::max(1u, std::thread::hardware_concurrency());
  const ServerEvents events{.answer = [&](const HttpRequest& request) { return service.answer(request); },
                            .started =
                                [&](unsigned short port) {
                                  log(fmt::format("serving {} on http://{}:{}",
                                                  join_names({names.begin(), names.end()}), server.address, port));
                                  if (!token.empty()) log(fmt::format("token of this process: {}", token.view()));
                                },
                            .reload = [&] { service.reload(); },
                            .drain = [&] { service.drain(); }};
  serve_module().run(server, events);
  return 0;
}

}  // namespace

Run setup_serve(CLI::App& app) {
  const auto flags = std::make_shared<ServeFlags>();
  app.add_option("models", flags->models, "the models, each with a name in front if it is not to be the file's")
      ->required()
      ->type_name("[NAME=]MODEL");
  app.add_option("--port", flags->server.port, "port (default: 8080); 0: one that is free")->type_name("N");
  app.add_option("--host", flags->server.address, "address to listen on (default: 127.0.0.1)")->type_name("ADDRESS");
  app.add_flag("--behind-proxy", flags->behind_proxy, "listen on other addresses than this machine's own, without TLS");
  app.add_option("--tokens", flags->tokens,
                 "who may do what (mdl token new); without it, one token is made for this process and printed")
      ->type_name("FILE");
  app.add_option("--threads", flags->threads, "number of threads (default: one for each processor)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{1024}));
  app.add_option("--max-body", flags->server.largest_body, "bytes that a request's body may have (default: 1 MiB)")
      ->type_name("BYTES")
      ->check(CLI::Range(size_t{1}, size_t{1} << 30));
  app.add_option("--max-connections", flags->server.most_connections, "connections at once (default: 256)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, size_t{100'000}));
  add_identity_flags(app, flags->protection);
  add_trust_flags(app, flags->protection);
  app.footer(
      "Answers over HTTP: the Open Inference Protocol V2 (/v2/models/NAME/infer), and rows as CSV or JSON Lines as "
      "mdl\n"
      "predict answers them (POST /v1/models/NAME/predict). Every request but those for health needs a token.\n"
      "SIGHUP reads models and tokens again; SIGTERM ends when the requests in work are answered.\n\n"
      "Example:\n"
      "  mdl serve credit=runs/credit/model.safetensors --tokens tokens.yaml\n"
      "  curl --data-binary @new.csv -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: text/csv' \\\n"
      "    http://127.0.0.1:8080/v1/predict");
  return [flags] { return run_serve(*flags); };
}

}  // namespace mdl
