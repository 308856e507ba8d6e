#include "crypto/armor.h"

#include "base/error.h"
#include "catch.h"
#include "memory_source.h"

using namespace mdl;

namespace {

const std::string kBegin = std::string(kArmorMagic) + "\n", kEnd = "-----END AGE ENCRYPTED FILE-----\n", kLine(64, 'A');

std::string read_all(const std::string& text) {
  const auto source = dearmor(std::make_unique<MemorySource>(text, 7), "x");
  std::string out;
  char bytes[100];
  while (const size_t got = source->read(bytes, sizeof bytes)) out.append(bytes, got);
  return out;
}

std::string error_of(const std::string& text) {
  try {
    read_all(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("bytes are armored and read back, whatever the sizes of pieces") {
  const size_t size = GENERATE(0, 1, 47, 48, 49, 96, 1000, 100'000), piece = GENERATE(1, 48, 777);
  const std::string bytes(size, '\xff');
  const auto filter = armor();
  std::string text;
  for (size_t i = 0; i < size; i += piece) filter->filter(std::string_view(bytes).substr(i, piece), false, text);
  filter->filter("", true, text);
  CHECK(read_all(text) == bytes);
  CHECK(read_all("\r\n\t \n" + text + "  \n\n") == bytes);
  if (size == 49) CHECK(text == kBegin + std::string(64, '/') + "\n/w==\n" + kEnd);
}

TEST_CASE("armor that is not exactly as the format has it is refused") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "missing: -----BEGIN AGE ENCRYPTED FILE----- is expected"},
      {" \n\n", "missing: -----BEGIN AGE ENCRYPTED FILE----- is expected"},
      {std::string(2000, '\n') + kBegin + kEnd, "missing: -----BEGIN AGE ENCRYPTED FILE----- is expected"},
      {"text\n" + kBegin, "damaged: line 1 is not -----BEGIN AGE ENCRYPTED FILE-----"},
      {" " + kBegin, "damaged: line 1 is not -----BEGIN AGE ENCRYPTED FILE-----"},
      {kBegin + "AAA\n" + kEnd, "damaged: line 2 is no padded base64 of 1 to 64 characters"},
      {kBegin + "\n" + kEnd, "damaged: line 2 is no padded base64 of 1 to 64 characters"},
      {kBegin + kLine + "AAAA\n" + kEnd, "damaged: line 2 is longer than 64 characters"},
      {kBegin + "AAAA\n" + kLine + "\n" + kEnd, "damaged: line 3 is not -----END AGE ENCRYPTED FILE-----"},
      {kBegin + "AAAA\nAAAA\n" + kEnd, "damaged: line 3 is not -----END AGE ENCRYPTED FILE-----"},
      {kBegin + "AAAA \n" + kEnd, "damaged: line 2 is no padded base64 of 1 to 64 characters"},
  }));
  CHECK(error_of(text) == "x: the armor is " + reason);
  for (const std::string& more : {std::string("more"), std::string(2000, ' '), kBegin})
    CHECK(error_of(kBegin + "AAAA\n" + kEnd + more) == "x: the armor is followed by other bytes");
  CHECK(error_of(kBegin + "AAAA\n") == "x: the armor has no end; the file is cut off");
}
