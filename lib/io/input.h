// What is read: a file's bytes, unpacked by what they begin with.
#pragma once

#include <memory>
#include <string>

#include "base/byte_source.h"
#include "crypto/sha256.h"

namespace mdl {

/// A file, or standard input for "-", without its compression (gzip or zstd). `stored`, where given, gets all bytes as
/// they lie in the file, and must outlive the source. Throws Error when the file cannot be read, and when it is
/// compressed twice.
std::unique_ptr<ByteSource> open_input(const std::string& path, Sha256* stored = nullptr);

/// The same of bytes that are at hand; `name` is for messages.
std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> source, const std::string& name);

/// All bytes of `source`, at most `limit`. Throws Error with `name` when there are more.
std::string read_all(ByteSource& source, const std::string& name, size_t limit);

/// read_all() of open_input().
std::string read_file(const std::string& path, size_t limit);

}  // namespace mdl
