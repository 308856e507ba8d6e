// The readers of encrypted files, their headers, armor and keys on any bytes: only mdl::Error comes out, and what they
// accept is written to bytes that read the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/age.h"
#include "memory_source.h"

using namespace mdl;

namespace {

constexpr const char* kIdentity = "AGE-SECRET-KEY-1F2L5YMGLJSXY75G3DD5WEWVFTFWYC8W2EFLSPXHKJWH4XQWWL94SWZA47D";
constexpr int kHardestWork = 4;

std::unique_ptr<ByteSource> source_of(std::string_view bytes) {
  return std::make_unique<MemorySource>(std::string(bytes), 500);
}

std::string read_all(ByteSource& source) {
  std::string text, block(700, '\0');
  while (const size_t got = source.read(block.data(), block.size())) text.append(block, 0, got);
  return text;
}

/// What comes of `work`, or nothing where that is an Error.
template <class Work>
auto accepted(Work work) -> std::optional<decltype(work())> {
  try {
    return work();
  } catch (const Error&) {
    return {};
  }
}

std::optional<AgeHeader> header_of(std::string_view bytes) {
  return accepted([&] {
    BufferedSource file(source_of(bytes));
    return read_age_header(file, "x");
  });
}

void check_header(const AgeHeader& header) {
  const Secret key(std::string_view("0123456789abcdef"));
  const std::string written = format_age_header(header.stanzas, key);
  const std::optional<AgeHeader> again = header_of(written);
  if (!again || again->authenticated != header.authenticated || !is_authentic(*again, key)) std::abort();
}

void check_armor(std::string_view bytes) {
  const auto inside = accepted([&] { return read_all(*dearmor(source_of(bytes), "x")); });
  if (!inside) return;
  std::string written;
  armor()->filter(*inside, /*last=*/true, written);
  if (read_all(*dearmor(source_of(written), "x")) != *inside) std::abort();
}

void check_keys(std::string_view bytes) {
  const auto identities = accepted([&] { return parse_age_identities(bytes, "x"); });
  const auto recipients = accepted([&] { return parse_age_recipients(bytes, "x"); });
  if (identities && recipients) std::abort();
  if (identities) {
    for (const AgeIdentity& identity : *identities) {
      if (bytes.find(identity.text().view()) == std::string_view::npos) std::abort();
    }
  }
  if (recipients) {
    for (const AgeRecipient& recipient : *recipients) {
      if (bytes.find(recipient.text()) == std::string_view::npos) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const AgeKeys identity = [] {
    AgeKeys keys;
    keys.identities.push_back(parse_age_identity(kIdentity, "x"));
    return keys;
  }();
  AgeKeys passphrase;
  passphrase.passphrase = [] { return Secret(std::string_view("passphrase")); };

  const std::optional<AgeHeader> header = header_of(bytes);
  if (header) check_header(*header);
  // A passphrase takes as much time and memory as the file asks for.
  const bool easy = header && header->stanzas[0].type() == "scrypt" &&
                    std::stoi(header->stanzas[0].arguments[2]) <= kHardestWork;
  accepted([&] { return read_all(*decrypt_age(source_of(bytes), "x", easy ? passphrase : identity)); });
  check_armor(bytes);
  check_keys(bytes);
  return 0;
}
