// Files, standard streams and folders as the operating system has them: the bytes as they lie there.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/byte_source.h"

namespace mdl {

/// "standard input" for "-", else the path: the name that messages use.
std::string input_name(const std::string& path);

/// A file's own bytes, or those of standard input for "-". Throws Error when it is a folder, is not there or cannot be
/// read.
std::unique_ptr<ByteSource> open_stored(const std::string& path);

/// open() for writing, which waits at a FIFO for its reader: a descriptor, or -1 with errno set. Throws Interrupted.
int open_for_writing(const std::string& path);

/// The reader of our output is gone (`| head`). Not an error: main ends quietly with 0.
class ClosedPipe : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes all of it. Throws Error calling the file `name`, ClosedPipe and Interrupted.
void write_to_descriptor(int descriptor, std::string_view bytes, const std::string& name);

/// Of a file that is replaced, what its successor keeps: neither setuid nor setgid, whose holders would not know these
/// bytes.
inline constexpr unsigned kPermissions = 0777;

/// Whether a file, a folder or something else is there. Throws Error when a folder on the way may not be looked into,
/// or the like.
bool is_there(const std::string& path);

/// Creates `path` and its parents. Throws Error.
void make_folders(const std::string& path);

}  // namespace mdl
