// Signatures of models in the OpenSSF Model Signing format 1.0, method `key`: a Sigstore bundle (v0.3, JSON) around a
// DSSE envelope around an in-toto statement that names files with their SHA-256. PyPI's model-signing reads ours, and
// this reads its own. Source: ossf/model-signing-spec; secure-systems-lab/dsse, protocol.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/signing_key.h"

namespace mdl {

struct SignedResource {
  std::string name;    // a path in the folder, with /; of a file that is signed by itself "."
  std::string sha256;  // 64 hexadecimal digits, lower case
  bool operator==(const SignedResource&) const = default;
};

struct ModelManifest {
  std::string model;                      // a name for people: verification does not depend on it
  std::vector<SignedResource> resources;  // by name; at least one
  std::vector<std::string> ignored;       // paths in the folder that are not looked at, with all that is in them

  /// Whether it is about a file and not about a folder.
  bool of_file() const { return resources.size() == 1 && resources[0].name == "."; }
};

/// Of a bundle.
inline constexpr size_t kLargestSignature = 16 << 20;

/// The bundle. Throws Error when a name is not UTF-8.
std::string sign_manifest(ModelManifest manifest, const SigningKey& key);

/// What one of the `keys` signed. Throws Error "<name>: ..." unless the bundle, of at most kLargestSignature bytes, is
/// exactly that: one signature, by the key that it names, of a statement of this format about whole files by SHA-256,
/// whose names are different paths inside the folder and whose digests make its own.
ModelManifest verified_manifest(std::string_view bundle, const std::string& name, std::span<const PublicKey> keys);

}  // namespace mdl
