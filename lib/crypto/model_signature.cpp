#include "crypto/model_signature.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kPredicateType = "https://model_signing/signature/v1.0";
constexpr int kDeepest = 16;

/// What DSSE signs (its "pre-authentication encoding").
std::string encoded_for_signing(std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", kPayloadType.size(), kPayloadType, payload.size(), payload);
}

std::string raw_bytes(std::string_view hexadecimal) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    bytes += static_cast<char>(value(hexadecimal[i]) * 16 + value(hexadecimal[i + 1]));
  return bytes;
}

/// SHA-256 of the resources' digests, one behind the other.
std::string root_digest(const std::vector<SignedResource>& resources) {
  Sha256 hash;
  for (const SignedResource& resource : resources) hash.add(raw_bytes(resource.sha256));
  return hash.finish();
}

// Everything below throws Error with the reason alone.

void expect_object(const json& value, std::string_view what, std::initializer_list<std::string_view> known) {
  if (!value.is_object()) fail("its {} is no object", what);
  for (const auto& [key, unused] : value.items()) {
    if (std::ranges::find(known, key) == known.end()) fail("its {} has the unknown key {}", what, quote(key));
  }
}

const std::string& text_at(const json& object, const char* key) { return object.at(key).get_ref<const std::string&>(); }

void expect_text(const json& object, const char* key, std::string_view expected) {
  const std::string& found = text_at(object, key);
  if (found != expected) fail("its {} is {}, not {}", key, quote(found), expected);
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whether it stays in the folder that it is relative to, and is spelled as only one spelling of it is.
bool is_path_inside(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  const std::vector<std::string> parts = split(path, '/');
  return std::ranges::none_of(parts,
                              [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

/// The statement's bytes, once one of the keys was found to have signed them.
std::string verified_payload(std::string_view bundle, std::span<const PublicKey> keys) {
  const json document = parse_json(bundle, kDeepest, "it");
  expect_object(document, "bundle", {"mediaType", "verificationMaterial", "dsseEnvelope"});
  expect_text(document, "mediaType", kMediaType);
  const json& material = document.at("verificationMaterial");
  for (const char* certificate : {"certificate", "x509CertificateChain"}) {
    if (material.contains(certificate))
      fail("it was made with a certificate and not with a key; PyPI's model_signing verifies it");
  }
  expect_object(material, "verificationMaterial", {"publicKey", "tlogEntries", "timestampVerificationData"});
  const json& signer = material.at("publicKey");
  expect_object(signer, "publicKey", {"hint", "rawBytes", "keyDetails"});
  const std::string hint = signer.contains("hint") ? text_at(signer, "hint") : "";

  const json& envelope = document.at("dsseEnvelope");
  expect_object(envelope, "dsseEnvelope", {"payload", "payloadType", "signatures"});
  expect_text(envelope, "payloadType", kPayloadType);
  const json& signatures = envelope.at("signatures");
  if (!signatures.is_array() || signatures.size() != 1)
    fail("it holds {} signatures, not one", signatures.is_array() ? signatures.size() : 0);
  expect_object(signatures[0], "signature", {"sig", "keyid"});
  const auto signature = decode_base64(text_at(signatures[0], "sig"), Base64::kPadded);
  auto payload = decode_base64(text_at(envelope, "payload"), Base64::kPadded);
  if (!signature || !payload) fail("its {} is not base64", payload ? "sig" : "payload");

  const std::string message = encoded_for_signing(*payload);
  bool named = false;
  for (const PublicKey& key : keys) {
    if (!hint.empty() && hint != key.fingerprint()) continue;
    named = true;
    if (key.verifies(message, *signature)) return std::move(*payload);
  }
  std::vector<std::string> names;
  for (const PublicKey& key : keys) names.push_back(key.name());
  if (!named) fail("it names another key than {}", join_names(names));
  fail("it was not made with {} over what it holds", join_names(names));
}

SignedResource resource_in(const json& value) {
  expect_object(value, "resource", {"name", "algorithm", "digest"});
  const std::string& algorithm = text_at(value, "algorithm");
  if (algorithm != "sha256") fail("it uses the hash {}; sha256 is expected", quote(algorithm));
  SignedResource resource{text_at(value, "name"), text_at(value, "digest")};
  if (!is_digest(resource.sha256)) fail("the digest of {} is no SHA-256", quote(resource.name));
  if (resource.name != "." && !is_path_inside(resource.name))
    fail("{} is no plain path inside the model", quote(resource.name));
  return resource;
}

void read_serialization(const json& value, ModelManifest& manifest) {
  const std::string& method = text_at(value, "method");
  if (method == "shards") fail("it is about parts of files (shards), which mdl does not verify; sign whole files");
  if (method != "files") fail("it is about {} and not about files", quote(method));
  expect_object(value, "serialization", {"method", "hash_type", "allow_symlinks", "ignore_paths"});
  const std::string& hash = text_at(value, "hash_type");
  if (hash != "sha256") fail("it uses the hash {}; sha256 is expected", quote(hash));
  if (!value.contains("ignore_paths")) return;
  for (const json& path : value.at("ignore_paths")) {
    manifest.ignored.push_back(path.get<std::string>());
    if (!is_path_inside(manifest.ignored.back()))
      fail("the ignored {} is no plain path inside the model", quote(manifest.ignored.back()));
  }
}

ModelManifest manifest_in(std::string_view payload) {
  const json statement = parse_json(payload, kDeepest, "its statement");
  expect_object(statement, "statement", {"_type", "subject", "predicateType", "predicate"});
  expect_text(statement, "_type", kStatementType);
  expect_text(statement, "predicateType", kPredicateType);
  const json& subjects = statement.at("subject");
  if (!subjects.is_array() || subjects.size() != 1) fail("its statement is not about one subject");
  ModelManifest manifest{.model = text_at(subjects[0], "name")};
  const json& predicate = statement.at("predicate");  // further keys are to be ignored, says the format
  read_serialization(predicate.at("serialization"), manifest);
  std::set<std::string_view> names;
  const json& resources = predicate.at("resources");
  if (!resources.is_array() || resources.empty()) fail("it names no file");
  for (const json& value : resources) {
    manifest.resources.push_back(resource_in(value));
    if (!names.insert(text_at(value, "name")).second) fail("it names {} twice", quote(manifest.resources.back().name));
  }
  if (names.contains(".") && names.size() > 1) fail("it is about a file and a folder at once");
  if (text_at(subjects[0].at("digest"), "sha256") != root_digest(manifest.resources))
    fail("its digest is not that of the files that it names");
  std::ranges::sort(manifest.resources, {}, &SignedResource::name);
  return manifest;
}

}  // namespace

std::string sign_manifest(ModelManifest manifest, const SigningKey& key) {
  std::ranges::sort(manifest.resources, {}, &SignedResource::name);
  ordered_json resources = ordered_json::array();
  for (const SignedResource& resource : manifest.resources) {
    if (!is_utf8(resource.name)) fail("{}: a name that is not UTF-8 cannot be signed", quote(resource.name));
    resources.push_back({{"name", resource.name}, {"algorithm", "sha256"}, {"digest", resource.sha256}});
  }
  const ordered_json subject = {{"name", is_utf8(manifest.model) ? manifest.model : "model"},
                                {"digest", {{"sha256", root_digest(manifest.resources)}}}};
  const ordered_json serialization = {
      {"method", "files"}, {"hash_type", "sha256"}, {"allow_symlinks", false}, {"ignore_paths", manifest.ignored}};
  const ordered_json statement = {{"_type", kStatementType},
                                  {"subject", ordered_json::array({subject})},
                                  {"predicateType", kPredicateType},
                                  {"predicate", {{"serialization", serialization}, {"resources", resources}}}};
  const std::string payload = statement.dump();
  const std::string signature = encode_base64(key.sign(encoded_for_signing(payload)), Base64::kPadded);
  const ordered_json material = {{"publicKey", {{"hint", sha256_of(key.public_pem())}}},
                                 {"tlogEntries", ordered_json::array()}};
  const ordered_json envelope = {
      {"payload", encode_base64(payload, Base64::kPadded)},
      {"payloadType", kPayloadType},
      {"signatures", ordered_json::array({ordered_json{{"sig", signature}, {"keyid", ""}}})}};
  const ordered_json bundle = {
      {"mediaType", kMediaType}, {"verificationMaterial", material}, {"dsseEnvelope", envelope}};
  return bundle.dump() + "\n";
}

ModelManifest verified_manifest(std::string_view bundle, const std::string& name, std::span<const PublicKey> keys) {
  try {
    if (bundle.size() > kLargestSignature) fail("it is larger than {} bytes", kLargestSignature);
    return manifest_in(verified_payload(bundle, keys));
  } catch (const Error& error) {
    fail("{}: is not a signature that is trusted: {}", name, error.what());
  } catch (const json::exception&) {
    fail("{}: is not a signature that is trusted: a value is missing, or is of another type", name);
  }
}

}  // namespace mdl
