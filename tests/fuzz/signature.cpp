// The reader of signatures on any bytes, as a bundle and as a statement that is signed: only mdl::Error comes out, and
// what is accepted names different files inside the model, and is signed and read again to the same.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "base/error.h"
#include "crypto/base64.h"
#include "crypto/model_signature.h"
#include "crypto/sha256.h"

namespace {

using nlohmann::ordered_json;

struct Signer {
  mdl::SigningKey key = mdl::SigningKey::generate();
  mdl::PublicKey known = {key.public_pem(), "p"};
  std::string hint = known.fingerprint();
};

const Signer& signer() {
  static const Signer one;
  return one;
}

std::string signed_bundle(std::string_view payload) {
  const std::string message = fmt::format("DSSEv1 28 application/vnd.in-toto+json {} {}", payload.size(), payload);
  const ordered_json signature = {{"sig", mdl::encode_base64(signer().key.sign(message), mdl::Base64::kPadded)},
                                  {"keyid", ""}};
  ordered_json bundle = {{"mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json"}};
  bundle["verificationMaterial"] = {{"publicKey", {{"hint", signer().hint}}}};
  bundle["dsseEnvelope"] = {{"payload", mdl::encode_base64(payload, mdl::Base64::kPadded)},
                            {"payloadType", "application/vnd.in-toto+json"},
                            {"signatures", ordered_json::array({signature})}};
  return bundle.dump();
}

void check(std::string_view bundle) {
  const std::span<const mdl::PublicKey> keys(&signer().known, 1);
  mdl::ModelManifest manifest;
  try {
    manifest = mdl::verified_manifest(bundle, "x", keys);
  } catch (const mdl::Error&) {
    return;
  }
  std::set<std::string> names;
  for (const mdl::SignedResource& resource : manifest.resources) {
    const std::string inside = "/" + resource.name + "/";
    const bool leaves = inside.find("//") != std::string::npos || inside.find("/../") != std::string::npos ||
                        inside.find("/./") != std::string::npos;
    if ((leaves && !manifest.of_file()) || resource.sha256.size() != 64) std::abort();
    if (!names.insert(resource.name).second) std::abort();
  }
  if (names.empty()) std::abort();
  const std::string again = mdl::sign_manifest(manifest, signer().key);
  if (mdl::verified_manifest(again, "x", keys).resources != manifest.resources) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  check(signed_bundle(text));
  return 0;
}
