#include "base/encoding.h"

#include "base/error.h"
#include "catch.h"
#include "memory_source.h"

using namespace mdl;

namespace {

std::string decoded(const std::string& bytes, const std::string& encoding, size_t chunk) {
  DecodedSource source(std::make_unique<MemorySource>(bytes, chunk), "x.csv", encoding);
  std::string out;
  char block[7];
  for (size_t got; (got = source.read(block, sizeof block)) > 0;) out.append(block, got);
  return out;
}

}  // namespace

TEST_CASE("text of other encodings becomes UTF-8, however it comes in") {
  for (const size_t chunk : {1, 3, 1 << 20}) {
    CHECK(decoded("M\xFCnchen \x80", "windows-1252", chunk) == "München €");
    CHECK(decoded("M\xFC", "latin1", chunk) == "Mü");
    CHECK(decoded(std::string("a\0\xAC\x20\x3D\xD8\x00\xDE", 8), "UTF-16LE", chunk) == "a€😀");
    CHECK(decoded(std::string("\0a\x20\xAC", 4), "UTF-16BE", chunk) == "a€");
    CHECK(decoded("\x83\x65\x83\x58", "SHIFT_JIS", chunk) == "テス");
    CHECK(decoded("", "latin1", chunk).empty());
    CHECK(decoded("no", "windows-1258", chunk) == "no");  // of which iconv holds back the last character
    CHECK(decoded(std::string(70'000, '\x82'), "TSCII", chunk).size() == 70'000 * 12);
  }
}

TEST_CASE("bytes that are no text of the encoding are named with their line") {
  const auto problem = [](const std::string& bytes, const std::string& encoding) {
    try {
      return decoded(bytes, encoding, 1);
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  CHECK(problem("a\nb\n\x81", "windows-1252") == "x.csv:3: is not windows-1252 text");
  CHECK(problem("a", "UTF-16LE") == "x.csv:1: is not UTF-16LE text");
  CHECK(is_known_encoding("windows-1252"));
  CHECK(is_known_encoding("latin-1"));
  CHECK(is_known_encoding("utf-8-sig"));
  for (const char* unknown : {"", "windows-125", "latin1//TRANSLIT"}) CHECK_FALSE(is_known_encoding(unknown));
}

TEST_CASE("lines of UTF-8 stay as they are where the encoding is a guess") {
  for (const size_t chunk : {1, 3, 1 << 20}) {
    DecodedSource source(std::make_unique<MemorySource>("Köln\nM\xFCnchen\n\xC3\xA9", chunk), "x.csv", "latin1",
                         /*may_be_utf8=*/true);
    std::string out(100, ' ');
    size_t size = 0;
    for (size_t got; (got = source.read(out.data() + size, 5)) > 0;) size += got;
    CHECK(out.substr(0, size) == "Köln\nMünchen\né");
  }
}
