// What the endings of files' names say about how they are packed.
#pragma once

#include <string>
#include <string_view>

namespace mdl {

inline constexpr std::string_view kEncryptedEnding = ".age", kSignatureEnding = ".sig";

/// The name of the file, encrypted; of the signature of the file.
std::string encrypted_name(const std::string& name);
std::string signature_name(const std::string& name);

/// Without .age, then without .gz or .zst: the name of what is packed.
std::string unpacked_name(std::string_view path);

}  // namespace mdl
