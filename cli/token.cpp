#include <chrono>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "crypto/key_file.h"
#include "crypto/sha256.h"
#include "io/output.h"
#include "serve/tokens.h"

namespace mdl {
namespace {

struct TokenFlags {
  std::string action, file, id;
  std::vector<std::string> scopes;
  std::string ttl;  // 90d, 12h
  double requests_per_second = 0;
  int64_t rows_per_day = 0;
};

std::chrono::seconds duration_of(const std::string& text) {
  const auto number = text.empty() ? std::nullopt : parse_number(std::string_view(text).substr(0, text.size() - 1));
  const double unit = text.ends_with('d') ? 86400 : text.ends_with('h') ? 3600 : 0;
  if (!number || unit == 0 || *number <= 0 || *number > 36500)
    wrong_flags("--ttl {}: expected a number of days or hours, such as 90d or 12h", quote(text));
  return std::chrono::seconds(static_cast<int64_t>(*number * unit));
}

int run_token(const TokenFlags& flags) {
  if (flags.action != "new") wrong_flags("there is no action {}; there is new", quote(flags.action));
  for (const std::string& scope : flags.scopes) {
    if (!is_scope(scope))
      wrong_flags("--scope {}: expected infer:MODEL, metadata:MODEL (* for all) or metrics", quote(scope));
  }
  std::vector<Token> tokens;
  if (is_there(flags.file)) tokens = parse_tokens(read_key_file(flags.file).view(), flags.file);
  std::string id = flags.id;
  for (size_t n = tokens.size() + 1;
       id.empty() || (flags.id.empty() && std::ranges::find(tokens, id, &Token::id) != tokens.end()); ++n)
    id = fmt::format("token-{}", n);
  if (std::ranges::find(tokens, id, &Token::id) != tokens.end())
    fail("{}: holds a token {} already; choose another --id", flags.file, quote(id));
  const Secret token = new_token();
  Token& added = tokens.emplace_back(Token{.id = id,
                                           .sha256 = sha256_of(token.view()),
                                           .scopes = flags.scopes,
                                           .requests_per_second = flags.requests_per_second,
                                           .rows_per_day = flags.rows_per_day});
  if (!flags.ttl.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    added.expires = std::chrono::duration_cast<std::chrono::seconds>(now + duration_of(flags.ttl)).count();
  }
  write_private_file(flags.file, format_tokens(tokens));
  OutputFile("-").write(std::string(token.view()) + "\n");
  return 0;
}

}  // namespace

Run setup_token(CLI::App& app) {
  const auto flags = std::make_shared<TokenFlags>();
  app.add_option("action", flags->action, "new: add a token to the file, and print it once")
      ->required()
      ->type_name("new");
  app.add_option("--tokens", flags->file, "the file (mdl serve --tokens); made if it is not there")
      ->required()
      ->type_name("FILE");
  app.add_option("--scope", flags->scopes,
                 "what it may do: infer:MODEL, metadata:MODEL (* for all) or metrics; repeatable")
      ->required()
      ->type_name("SCOPE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--id", flags->id, "its name in the file and in metrics (default: token-N)")->type_name("NAME");
  app.add_option("--ttl", flags->ttl, "how long it is valid, such as 90d or 12h (default: without end)")
      ->type_name("TIME");
  app.add_option("--rps", flags->requests_per_second, "requests per second (default: no limit)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--rows-per-day", flags->rows_per_day, "rows per day (default: no limit)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.footer(
      "The file holds only the SHA-256 of each token. To revoke one, delete its entry and send SIGHUP to mdl serve.\n\n"
      "Example:\n"
      "  mdl token new --tokens tokens.yaml --scope infer:credit --rps 20 --ttl 90d");
  return [flags] { return run_token(*flags); };
}

}  // namespace mdl
