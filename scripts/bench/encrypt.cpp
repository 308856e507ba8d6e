// Bytes a second of encryption and decryption (age), memory to memory. Prints a line each.
#include <fmt/format.h>
#include <sys/resource.h>

#include <functional>

#include "crypto/age.h"

using namespace mdl;

namespace {

constexpr size_t kSize = 64 << 20, kBlock = 1 << 20;

class Memory final : public ByteSource {
 public:
  explicit Memory(std::string_view bytes) : bytes_(bytes) {}

  size_t read(char* to, size_t size) override {
    const size_t count = bytes_.copy(to, size);
    bytes_.remove_prefix(count);
    return count;
  }
  bool would_wait() override { return false; }

 private:
  std::string_view bytes_;
};

/// Writes it in blocks, as OutputFile does.
void write_all(ByteFilter& filter, std::string_view text, const std::function<void(std::string_view)>& take) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(kBlock)) {
    out.clear();
    filter.filter(text.substr(0, kBlock), /*last=*/text.size() == kBlock, out);
    take(out);
  }
}

/// Of the processor outside the kernel, which is what openssl speed counts.
double seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

void report(const char* name, const std::function<void()>& work) {
  const double start = seconds();
  double time = 0;
  size_t times = 0;
  for (; time < 1; ++times, time = seconds() - start) work();
  fmt::print("{} {:.0f}\n", name, static_cast<double>(times * kSize) / time);
}

}  // namespace

int main() {
  AgeKeys keys;
  keys.identities.push_back(AgeIdentity::generate());
  const std::vector<AgeRecipient> recipients = {keys.identities[0].recipient()};
  std::string text(kSize, '\0'), block(kBlock, '\0');
  for (size_t i = 0; i < kSize; ++i) text[i] = static_cast<char>(i * 7919 >> 8);

  for (const bool armored : {false, true}) {
    std::string file;
    write_all(*encrypt_age(recipients, armored), text, [&](std::string_view bytes) { file += bytes; });
    size_t size = 0;  // counted so that none of it is left out by the compiler
    report(armored ? "armor" : "encrypt", [&] {
      write_all(*encrypt_age(recipients, armored), text, [&](std::string_view bytes) { size += bytes.size(); });
    });
    report(armored ? "dearmor" : "decrypt", [&] {
      const auto source = decrypt_age(std::make_unique<Memory>(file), "memory", keys);
      while (const size_t got = source->read(block.data(), block.size())) size += got;
    });
  }
}
