#include "crypto/age_header.h"

#include "base/error.h"
#include "catch.h"
#include "memory_source.h"

using namespace mdl;

namespace {

const std::string kShare = "TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc",
                  kBody = "hjabGXwSLQ9c3S6Lw2i+S2Tu2fiwQHHslbBN6B41FLE",
                  kX25519 = "-> X25519 " + kShare + "\n" + kBody + "\n",
                  kScrypt = "-> scrypt rF0/NwblUHHTpgQgRpe5CQ 10\n" + kBody + "\n", kEnd = "--- " + kShare + "\n";

/// The same text over and over, without end.
class Endless final : public ByteSource {
 public:
  Endless(std::string start, std::string text) : given_(std::move(start)), text_(std::move(text)) {}
  size_t read(char* to, size_t size) override {
    while (given_.size() < size) given_ += text_;
    given_.copy(to, size);
    given_.erase(0, size);
    return size;
  }
  bool would_wait() override { return false; }

 private:
  std::string given_, text_;
};

AgeHeader header_of(std::unique_ptr<ByteSource> source) {
  BufferedSource file(std::move(source));
  return read_age_header(file, "x");
}

AgeHeader header_of(const std::string& text) {
  return header_of(std::make_unique<MemorySource>("age-encryption.org/v1\n" + text, 10));
}

std::string error_of(auto text) {
  try {
    header_of(std::move(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a header is read without a byte of what follows, and written as it was") {
  const std::string text = "age-encryption.org/v1\n-> a !~ c\n" + std::string(64, 'A') + "\n\n" + kX25519 + "-> b\n" +
                           std::string(64, 'A') + "\nAAAA\n" + kEnd;
  BufferedSource file(std::make_unique<MemorySource>(text + "rest", 1000));
  const AgeHeader header = read_age_header(file, "x");
  CHECK(file.peek(100) == "rest");
  REQUIRE(header.stanzas.size() == 3);
  CHECK(header.stanzas[0].arguments == std::vector<std::string>{"a", "!~", "c"});
  CHECK(header.stanzas[0].body == std::string(48, '\0'));
  CHECK(header.stanzas[1].type() == "X25519");
  CHECK(header.stanzas[2].body.size() == 51);
  CHECK(header.describe() == "3 recipients (1 X25519, 1 a and 1 b)");
  const Secret key(std::string_view("0123456789abcdef"));
  const std::string again = format_age_header(header.stanzas, key);
  CHECK(again.substr(0, again.size() - 44) == text.substr(0, text.size() - 44));
  CHECK_FALSE(is_authentic(header, key));
  CHECK(is_authentic(header_of(again.substr(22)), key));
}

TEST_CASE("a header that is not exactly as the format has it is refused") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {kEnd, "names no recipient"},
      {kX25519 + "x\n" + kEnd, "is damaged: line 4 is neither a recipient nor the end of the header"},
      {"->\n\n" + kEnd, "is damaged: line 2 is neither a recipient nor the end of the header"},
      {"-> a  b\n\n" + kEnd, "is damaged: line 2 is no recipient: words of ASCII with one space between are expected"},
      {"-> a\r\n\n" + kEnd, "is damaged: line 2 is no recipient: words of ASCII with one space between are expected"},
      {"-> a \n\n" + kEnd, "is damaged: line 2 is no recipient: words of ASCII with one space between are expected"},
      {"-> a\nAA==\n" + kEnd, "is damaged: line 3 is no unpadded base64 of a recipient"},
      {"-> a\n" + std::string(65, 'A') + "\n" + kEnd, "is damaged: line 3 is longer than 64 characters"},
      {"-> a\n" + std::string(64, 'A') + "\n" + kEnd, "is damaged: line 4 is no unpadded base64 of a recipient"},
      {"-> X25519\n" + kBody + "\n" + kEnd, "is damaged: line 3 is no well-formed X25519 recipient"},
      {"-> X25519 " + kShare + " a\n" + kBody + "\n" + kEnd, "is damaged: line 3 is no well-formed X25519 recipient"},
      {"-> X25519 AAAA\n" + kBody + "\n" + kEnd, "is damaged: line 3 is no well-formed X25519 recipient"},
      {"-> X25519 " + kShare + "\nAAAA\n" + kEnd, "is damaged: line 3 is no well-formed X25519 recipient"},
      {"-> scrypt rF0/NwblUHHTpgQgRpe5CQ 010\n" + kBody + "\n" + kEnd,
       "is damaged: line 3 is a passphrase (scrypt) whose work factor is no number"},
      {"-> scrypt rF0/NwblUHHTpgQgRpe5CQ 23\n" + kBody + "\n" + kEnd,
       "asks for a work factor of 23 for its passphrase (scrypt); at most 22 is supported"},
      {"-> scrypt rF0/NwblUHHTpgQgRpe5CQ 99999999999999999999999\n" + kBody + "\n" + kEnd,
       "asks for a work factor of 99999999999999999999 for its passphrase (scrypt); at most 22 is supported"},
      {kScrypt + kScrypt + kEnd, "has other recipients beside a passphrase (scrypt), which must be alone"},
      {kScrypt + kX25519 + kEnd, "has other recipients beside a passphrase (scrypt), which must be alone"},
      {kX25519 + "-- " + kShare + "\n", "is damaged: line 4 is neither a recipient nor the end of the header"},
      {kX25519 + "---" + kShare + "\n",
       "is damaged: line 4 is no authentication code: '---', a space and 43 characters are expected"},
      {kX25519 + "--- " + kShare + " \n",
       "is damaged: line 4 is no authentication code: '---', a space and 43 characters are expected"},
      {kX25519 + "--- " + kShare, "is cut off in line 4"},
      {kX25519, "is cut off in line 4"},
  }));
  CHECK(error_of(text) == "x: the age header " + reason);
}

TEST_CASE("what has no header of this version is refused") {
  const auto error = [](const std::string& text) {
    return error_of(std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(text, 5)));
  };
  CHECK(error("") == "x: is empty; an age header is expected");
  CHECK(error("hello") == "x: has no age header, which begins with age-encryption.org/v1");
  CHECK(error("age-encryption.org/v2\n") == "x: the age header is of version 'v2'; v1 is supported");
  CHECK(error("age-encryption.org/v1\r\n") == "x: the age header is of version 'v1\\r'; v1 is supported");
  CHECK(error("age-encryption.org/v1") == "x: the age header is cut off in line 1");
}

TEST_CASE("a header without end is refused after 64 KiB") {
  const auto error = [](const std::string& start, const std::string& text) {
    return error_of(std::unique_ptr<ByteSource>(std::make_unique<Endless>("age-encryption.org/v1\n" + start, text)));
  };
  CHECK(error("", "-> a\n\n") == "x: the age header is larger than 64 KiB");
  CHECK(error("", kX25519) == "x: the age header is larger than 64 KiB");
  CHECK(error("", kScrypt) == "x: the age header is larger than 64 KiB");
  CHECK(error("-> ", "a") == "x: the age header is larger than 64 KiB");
  CHECK(error("-> a\n", "A") == "x: the age header is larger than 64 KiB");
  CHECK(error("-> a\n", std::string(64, 'A') + "\n") == "x: the age header is larger than 64 KiB");
  CHECK(error("--- ", "A") == "x: the age header is larger than 64 KiB");
}
