// Files that hold a secret: identities, signing keys, passphrases.
#pragma once

#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace mdl {

inline constexpr size_t kLargestKeyFile = 64 << 10;

/// All of a file, a FIFO or a pipe (/dev/fd/N) of at most `largest` bytes; links are followed. A file that others than
/// its owner may read or change is refused, and so is a device; root's may be read by its group, where we are not root
/// (as for PostgreSQL's keys). At a FIFO it waits for the writer. Throws Error and Interrupted.
Secret read_key_file(const std::string& path, size_t largest = kLargestKeyFile);

/// The same of a descriptor that is open, from where it stands; it stays open. Messages call it `name`.
Secret read_key_descriptor(int descriptor, const std::string& name, size_t largest = kLargestKeyFile);

/// Whether `text` holds what a secret key begins with, an age identity (in any case) or a private key in PEM: it stands
/// where others may read it.
bool holds_secret_key(std::string_view text);

}  // namespace mdl
