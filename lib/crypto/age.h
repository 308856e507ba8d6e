// Files encrypted with age (https://age-encryption.org/v1): read and written in a stream, 64 KiB at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_filter.h"
#include "base/byte_source.h"
#include "crypto/age_header.h"
#include "crypto/age_keys.h"
#include "crypto/armor.h"
#include "crypto/secret.h"

namespace mdl {

/// What opens files.
struct AgeKeys {
  std::vector<AgeIdentity> identities;
  /// Asked at most once a file, and only for one that is encrypted with a passphrase; may be empty.
  std::function<Secret()> passphrase;
};

/// The plaintext of an encrypted file, binary or armored. Its header is read at once; `keys` are needed no longer then.
/// read() gives out only what was authenticated, and 0 only after the last chunk was and the file ended there. Throws
/// Error (naming the file `name`): no key opens it, it was changed, cut off or continued.
std::unique_ptr<ByteSource> decrypt_age(std::unique_ptr<ByteSource> encrypted, const std::string& name,
                                        const AgeKeys& keys);

/// Encrypts what is written, to all of the recipients, of whom there must be one. Throws Error.
std::unique_ptr<ByteFilter> encrypt_age(const std::vector<AgeRecipient>& recipients, bool armored);

/// With a passphrase, which must not be empty. To try one takes 2^`work_factor` KiB of memory, and about a second of 2^18.
inline constexpr int kAgeWorkFactor = 18;
std::unique_ptr<ByteFilter> encrypt_age(const Secret& passphrase, bool armored, int work_factor = kAgeWorkFactor);

/// The same file for other recipients, to be copied to its place: a new header with the same file key, then the chunks
/// as they are, which are not checked. Not armored, whether or not `encrypted` is. Who could open it before keeps the
/// file's key. Throws Error.
std::unique_ptr<ByteSource> rewrap_age(std::unique_ptr<ByteSource> encrypted, const std::string& name,
                                       const AgeKeys& keys, const std::vector<AgeRecipient>& recipients);

}  // namespace mdl
