#include "io/protected_folder.h"

#include <memory>

#include "base/byte_source.h"
#include "base/error.h"
#include "crypto/sha256.h"
#include "io/input.h"
#include "io/names.h"
#include "io/protection.h"

namespace mdl {
namespace {

struct HashedEncryption final : ByteFilter {
  std::unique_ptr<ByteFilter> encryption = encrypt_age(protection().recipients, /*armored=*/false);
  Sha256 hash;  // of what comes out

  void filter(std::string_view bytes, bool last, std::string& out) override {
    const size_t before = out.size();
    encryption->filter(bytes, last, out);
    hash.add(std::string_view(out).substr(before));
  }
};

}  // namespace
bool ProtectedFolder::encrypts() { return !protection().recipients.empty(); }

bool ProtectedFolder::has_other(const std::string& name) const {
  return folder_.find(encrypts() ? name : encrypted_name(name)) != Folder::Entry::kNothing;
}

std::string ProtectedFolder::stored_name(const std::string& name) { return encrypts() ? encrypted_name(name) : name; }

std::string ProtectedFolder::read(const std::string& name) const {
  const std::string stored = folder_.read(stored_name(name));
  if (encrypts() && !is_encrypted(stored))
    fail("{}: is not encrypted, and files of this run are; it was not written by it", path(name));
  return read_all(*unpack(std::make_unique<HeldBytes>(stored), path(name)), path(name), SIZE_MAX);
}

std::string ProtectedFolder::write(const std::string& name, std::string_view bytes) const {
  if (!encrypts()) {
    expect_clear_is_allowed(path(name));
    folder_.write(name, bytes);
    return sha256_of(bytes);
  }
  HashedEncryption encryption;
  folder_.write(stored_name(name), bytes, &encryption);
  return encryption.hash.finish();
}

void ProtectedFolder::remove_other(const std::string& name) const {
  const std::string other = encrypts() ? name : encrypted_name(name);
  folder_.remove(other);
  folder_.remove(signature_name(other));
}

}  // namespace mdl
