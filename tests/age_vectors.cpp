// Whether files of C2SP's CCTV test vectors for age open, or fail to, as each of them says. Prints those that do not, and
// 'N as expected, N skipped, N failed'; what needs a post-quantum identity is skipped. tests/age-vectors.sh
//
//   age_vectors FILE...
#include <fmt/format.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "base/error.h"
#include "crypto/age.h"
#include "crypto/sha256.h"
#include "memory_source.h"

using namespace mdl;

namespace {

struct Vector {
  std::map<std::string, std::vector<std::string>> fields;
  std::string file;

  std::string field(const std::string& key) const { return fields.contains(key) ? fields.at(key).front() : ""; }
};

std::string inflated(const std::string& packed) {
  std::string bytes(1 << 26, '\0');
  uLongf size = bytes.size();
  if (uncompress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
                 packed.size()) != Z_OK)
    fail("is not packed as it says");
  bytes.resize(size);
  return bytes;
}

/// Lines "key: value", an empty line, the file.
Vector parse_vector(std::string_view text) {
  Vector vector;
  for (;;) {
    const size_t end = text.find('\n'), colon = text.find(": ");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) break;
    vector.fields[std::string(line.substr(0, colon))].emplace_back(line.substr(colon + 2));
  }
  vector.file = text;
  if (vector.field("compressed") == "zlib") vector.file = inflated(vector.file);
  return vector;
}

AgeKeys keys_of(const Vector& vector) {
  AgeKeys keys;
  if (vector.fields.contains("identity")) {
    for (const std::string& identity : vector.fields.at("identity"))
      keys.identities.push_back(parse_age_identity(identity, "identity"));
  }
  if (vector.fields.contains("passphrase"))
    keys.passphrase = [text = vector.field("passphrase")] { return Secret(std::string_view(text)); };
  return keys;
}

std::string kind_of(std::string_view message) {
  const auto says = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
  if (says("the encrypted data")) return "payload failure";
  if (says("the armor")) return "armor failure";
  if (says("(MAC) is wrong")) return "HMAC failure";
  if (says("age header")) return "header failure";
  if (says("among them") || says("is needed to open it") || says("the passphrase is not")) return "no match";
  return fmt::format("'{}'", message);
}

struct Outcome {
  std::string kind, payload;  // the hash of what was read

  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(const Vector& vector, bool by_content, size_t block) {
  Sha256 hash;
  std::string kind = "success";
  try {
    std::unique_ptr<ByteSource> file = std::make_unique<MemorySource>(vector.file, block);
    if (vector.field("armored") == "yes" && !by_content) file = dearmor(std::move(file), "x");
    const auto plaintext = decrypt_age(std::move(file), "x", keys_of(vector));
    std::string bytes(block, '\0');
    while (const size_t got = plaintext->read(bytes.data(), block)) hash.add({bytes.data(), got});
  } catch (const Error& error) {
    kind = kind_of(error.what());
  }
  return {kind, hash.finish()};
}

/// What is not as it should be; empty where all is.
std::string problem_of(const Vector& vector) {
  for (const size_t block : {1 << 20, 1000}) {
    const Outcome outcome = outcome_of(vector, false, block), by_content = outcome_of(vector, true, block);
    if (outcome.kind != vector.field("expect"))
      return fmt::format("{}, found {}", vector.field("expect"), outcome.kind);
    if (vector.fields.contains("payload") && outcome.payload != vector.field("payload"))
      return fmt::format("payload {}, found {}", vector.field("payload"), outcome.payload);
    // What does not begin like armor is not known for armor.
    const bool success = outcome.kind == "success";
    if (success != (by_content.kind == "success") || (success && outcome != by_content))
      return fmt::format("{} without being told of the armor, found {}", outcome.kind, by_content.kind);
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  int passed = 0, skipped = 0, failed = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string name = std::filesystem::path(argv[i]).filename();
    std::ifstream file(argv[i], std::ios::binary);
    const Vector vector = parse_vector(std::string(std::istreambuf_iterator<char>(file), {}));
    const auto identities = vector.fields.find("identity");
    if (identities != vector.fields.end() && identities->second.back().starts_with("AGE-SECRET-KEY-PQ-")) {
      ++skipped;
      continue;
    }
    const std::string problem = problem_of(vector);
    problem.empty() ? ++passed : ++failed;
    if (!problem.empty()) fmt::print("{}: expected {}\n", name, problem);
  }
  fmt::print("{} as expected, {} skipped, {} failed\n", passed, skipped, failed);
  return failed > 0 || passed == 0 ? 1 : 0;
}
