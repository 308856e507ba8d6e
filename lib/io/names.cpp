#include "io/names.h"

#include <initializer_list>

namespace mdl {

std::string encrypted_name(const std::string& name) { return name + std::string(kEncryptedEnding); }
std::string signature_name(const std::string& name) { return name + std::string(kSignatureEnding); }

std::string unpacked_name(std::string_view path) {
  if (path.ends_with(kEncryptedEnding)) path.remove_suffix(kEncryptedEnding.size());
  for (const std::string_view compressed : {".gz", ".zst"}) {
    if (!path.ends_with(compressed)) continue;
    path.remove_suffix(compressed.size());
    break;
  }
  return std::string(path);
}

}  // namespace mdl
