// Files and folders that are signed, and whether they still are what was signed.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_source.h"
#include "crypto/model_signature.h"
#include "crypto/sha256.h"

namespace mdl {

/// Of a file in PEM. Throws Error.
PublicKey read_public_key(const std::string& path);

/// Where a signature lies unless said otherwise: FILE.sig beside a file, FOLDER/model.sig in a folder.
std::string signature_path_of(const std::string& path);

/// Of a file "." alone; of a folder all files in it, but for git's own and the one at `signature`. Files are read in
/// pieces. Throws Error where a folder holds a link or what is no file, or no file at all.
ModelManifest manifest_of(const std::string& path, const std::string& signature);

/// The same of a file whose SHA-256 is known.
ModelManifest manifest_of_file(const std::string& path, const std::string& sha256);

/// What the bytes in the file `signature` vouch for. Throws Error when there is none, and as verified_manifest() does.
ModelManifest read_signature(const std::string& signature, std::span<const PublicKey> keys);

/// Throws Error when the file or folder differs from what was signed: a file changed, is missing, or was added.
void expect_as_signed(const std::string& path, const std::string& signature, const ModelManifest& signed_manifest);

/// To be called before the bytes of the file at `path` are parsed: what was verified is what is parsed, whatever
/// becomes of the file. Throws Error unless one of the keys in `trust` has signed them, as PATH.sig says.
void verify_trusted(std::string_view bytes, const std::string& path, std::span<const PublicKey> trust);

/// As open_input(); but where the process trusts some signers alone (protection.h) the file, of at most `limit` bytes, is
/// read whole and verified before the first of its bytes is unpacked.
std::unique_ptr<ByteSource> open_trusted(const std::string& path, size_t limit, Sha256* stored = nullptr);

/// read_all() of open_trusted().
std::string read_trusted(const std::string& path, size_t limit);

}  // namespace mdl
