#include <algorithm>
#include <chrono>
#include <memory>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "cli/commands.h"
#include "crypto/key_file.h"
#include "crypto/sha256.h"
#include "io/output.h"
#include "serve/tokens.h"

namespace mdl {
namespace {

struct TokenFlags {
  std::string action, file;
  std::string revoked;  // id
  std::string ttl;      // 90d, 12h
  std::string output = "probabilities";
  Token added;
};

std::chrono::seconds duration_of(const std::string& text) {
  const auto number = text.empty() ? std::nullopt : parse_number(std::string_view(text).substr(0, text.size() - 1));
  const double unit = text.ends_with('d') ? 86400 : text.ends_with('h') ? 3600 : 0;
  if (!number || unit == 0 || *number <= 0 || *number > 36500)
    wrong_flags("--ttl {}: expected a number of days or hours, such as 90d or 12h", quote(text));
  return std::chrono::seconds(static_cast<int64_t>(*number * unit));
}

/// What a person wrote there is not lost without a word.
void rewrite(const std::string& file, std::string_view before, const std::vector<Token>& tokens) {
  if (!before.empty() && format_tokens(parse_tokens(before, file)) != before) {
    write_to_stderr(
        fmt::format("{}: was edited by hand; it is written anew, without the comments in it\n", printable(file)));
  }
  write_private_file(file, format_tokens(tokens));
}

Secret text_of(const std::string& file) { return is_there(file) ? read_key_file(file, kLargestTokensFile) : Secret(); }

int run_new(const TokenFlags& flags) {
  Token added = flags.added;
  if (added.scopes.empty()) wrong_flags("--scope is needed: {}", kScopes);
  for (const std::string& scope : added.scopes) {
    if (!is_scope(scope)) wrong_flags("--scope {}: expected {}", quote(scope), kScopes);
  }
  for (const std::string& range : added.addresses) {
    if (!parse_address_range(range))
      wrong_flags("--address {}: expected an address or a range such as 10.0.0.0/8", quote(range));
  }
  if (added.burst > 0 && added.requests_per_second == 0) wrong_flags("--burst goes with --rps");
  for (const auto& [output, name] : kOutputNames) {
    if (flags.output == name) added.form.output = output;
  }
  if (!flags.ttl.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    added.expires = std::chrono::duration_cast<std::chrono::seconds>(now + duration_of(flags.ttl)).count();
  }
  const Secret before = text_of(flags.file);
  std::vector<Token> tokens = before.empty() ? std::vector<Token>() : parse_tokens(before.view(), flags.file);
  const auto taken = [&](const std::string& id) { return std::ranges::find(tokens, id, &Token::id) != tokens.end(); };
  if (taken(added.id)) fail("{}: holds a token {} already; choose another --id", flags.file, quote(added.id));
  for (size_t n = tokens.size() + 1; added.id.empty() || (flags.added.id.empty() && taken(added.id)); ++n)
    added.id = fmt::format("token-{}", n);
  for (const Token& other : tokens) {
    if (!added.certificate.empty() && other.certificate == added.certificate)
      fail("{}: {} is for the certificate {} already", flags.file, quote(other.id), quote(added.certificate));
  }
  const Secret token = added.certificate.empty() ? new_token() : Secret();
  if (!token.empty()) added.sha256 = sha256_of(token.view());
  tokens.push_back(added);
  rewrite(flags.file, before.view(), tokens);
  if (token.empty()) {
    write_to_stderr(fmt::format("{}: {} is whoever shows a client certificate of the name {}; there is no token\n",
                                printable(flags.file), printable(added.id), printable(added.certificate)));
  } else {
    OutputFile("-").write(std::string(token.view()) + "\n");
  }
  return 0;
}

int run_list(const TokenFlags& flags) {
  std::vector<std::vector<std::string>> rows = {{"id", "scopes", "output", "expires", "limits", "valid for"}};
  for (const Token& token : read_tokens(flags.file)) {
    std::vector<std::string> limits, callers;
    if (token.requests_per_second > 0) limits.push_back(fmt::format("{}/s", token.requests_per_second));
    if (token.burst > 0) limits.push_back(fmt::format("burst {}", token.burst));
    if (token.rows_per_day > 0) limits.push_back(fmt::format("{} rows/day", token.rows_per_day));
    if (!token.certificate.empty()) callers.push_back("certificate " + token.certificate);
    callers.insert(callers.end(), token.addresses.begin(), token.addresses.end());
    std::string output = name_of(token.form.output);
    if (token.form.decimals) output += fmt::format(", {} decimals", *token.form.decimals);
    rows.push_back({token.id, fmt::format("{}", fmt::join(token.scopes, " ")), output,
                    token.expires ? format_time(*token.expires) : "never", fmt::format("{}", fmt::join(limits, ", ")),
                    fmt::format("{}", fmt::join(callers, " "))});
  }
  std::vector<size_t> widths(rows[0].size());
  for (std::vector<std::string>& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = row[i].empty() ? "-" : printable(row[i]);
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row.back() + "\n";
  }
  OutputFile("-").write(text);
  return 0;
}

int run_revoke(const TokenFlags& flags) {
  if (flags.revoked.empty()) wrong_flags("which one? mdl token revoke ID --tokens FILE");
  const Secret before = read_key_file(flags.file, kLargestTokensFile);
  std::vector<Token> tokens = parse_tokens(before.view(), flags.file);
  if (std::erase_if(tokens, [&](const Token& token) { return token.id == flags.revoked; }) == 0) {
    std::vector<std::string> ids;
    for (const Token& token : tokens) ids.push_back(token.id);
    const auto meant = did_you_mean(flags.revoked, ids);
    fail("{}: holds no token {}{}", flags.file, quote(flags.revoked),
         meant ? "; did you mean " + quote(*meant) + "?" : "; mdl token list tells those that it holds");
  }
  rewrite(flags.file, before.view(), tokens);
  return 0;
}

int run_token(const TokenFlags& flags) {
  const bool revoke = flags.action == "revoke";
  if (!revoke && !flags.revoked.empty()) wrong_flags("{} is one argument too many", quote(flags.revoked));
  if (flags.action == "new") return run_new(flags);
  if (flags.action == "list") return run_list(flags);
  if (revoke) return run_revoke(flags);
  const auto meant = did_you_mean(flags.action, {"new", "list", "revoke"});
  wrong_flags("there is no action {}; {}", quote(flags.action),
              meant ? "did you mean " + quote(*meant) + "?" : "there are new, list and revoke");
}

}  // namespace

Run setup_token(CLI::App& app) {
  const auto flags = std::make_shared<TokenFlags>();
  Token& added = flags->added;
  const auto repeatable = [](CLI::Option* option) { option->expected(1)->allow_extra_args(false)->take_all(); };
  app.add_option("action", flags->action,
                 "new: add an entry to the file, and print its token once; list: print the entries; revoke: take out "
                 "the one of this ID")
      ->required()
      ->type_name("new|list|revoke");
  app.add_option("id", flags->revoked, "revoke: which one")->type_name("ID");
  app.add_option("--tokens", flags->file, "the file (mdl serve --tokens); new makes it if it is not there")
      ->required()
      ->type_name("FILE");
  repeatable(app.add_option("--scope", added.scopes, fmt::format("new: what it may do: {}; repeatable", kScopes))
                 ->type_name("SCOPE"));
  app.add_option("--id", added.id, "new: its name in the file, in logs and in metrics (default: token-N)")
      ->type_name("NAME");
  app.add_option(
         "--certificate", added.certificate,
         "new: for callers with a client certificate of this name (subject CN, DNS name or URI), without a token")
      ->type_name("NAME");
  repeatable(app.add_option("--address", added.addresses,
                            "new: valid only from this address or range, such as 10.0.0.0/8; repeatable")
                 ->type_name("ADDRESS"));
  app.add_option("--ttl", flags->ttl, "new: how long it is valid, such as 90d or 12h (default: without end)")
      ->type_name("TIME");
  app.add_option("--output", flags->output,
                 "new: what answers show: probabilities, top1 (that of the answer alone) or label (none)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"probabilities", "top1", "label"}));
  app.add_option("--decimals", added.form.decimals, "new: round probabilities and values to so many (default: not)")
      ->type_name("N")
      ->check(CLI::Range(0, kMostDecimals));
  app.add_option("--rps", added.requests_per_second, "new: requests per second (default: no limit)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--burst", added.burst, "new: requests that may come at once (default: twice --rps)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--rows-per-day", added.rows_per_day, "new: rows per day (default: no limit)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.footer(
      "The file holds only the SHA-256 of each token. new and revoke write it anew: comments in it are not kept, which "
      "is told.\n"
      "A running mdl serve takes the change at SIGHUP.\n\n"
      "Example:\n"
      "  mdl token new --tokens tokens.yaml --scope infer:credit --rps 20 --ttl 90d --output label\n"
      "  mdl token list --tokens tokens.yaml\n"
      "  mdl token revoke token-1 --tokens tokens.yaml");
  return [flags] { return run_token(*flags); };
}

}  // namespace mdl
