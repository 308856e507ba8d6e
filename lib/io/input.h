// What is read: a file's bytes, unpacked by what they begin with.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_source.h"
#include "crypto/sha256.h"

namespace mdl {

/// A file, or standard input for "-", decrypted (age, with the keys of the process: protection.h) and decompressed (gzip
/// or zstd), each at most once and in any order. `stored`, where given, gets all bytes as they lie in the file, and must
/// outlive the source. Throws Error when the file cannot be read, no key opens it, or it is packed twice in one way.
std::unique_ptr<ByteSource> open_input(const std::string& path, Sha256* stored = nullptr);

/// The same of bytes that are at hand; `name` is for messages.
std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> source, const std::string& name);

/// Whether a file that begins so is encrypted.
bool is_encrypted(std::string_view start);

/// All bytes of `source`, at most `limit`. Throws Error with `name` when there are more.
std::string read_all(ByteSource& source, const std::string& name, size_t limit);

/// read_all() of open_input().
std::string read_file(const std::string& path, size_t limit);

}  // namespace mdl
