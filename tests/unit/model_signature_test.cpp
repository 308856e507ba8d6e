// Bundles as PyPI's model-signing 1.1.1 writes them; tests/cli/sign-python.sh holds ours against the package itself.
#include "crypto/model_signature.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "catch.h"
#include "crypto/base64.h"
#include "crypto/sha256.h"
#include "parsed.h"

using namespace mdl;
using nlohmann::ordered_json;

namespace {

const SigningKey& key() {
  static const SigningKey generated = SigningKey::generate();
  return generated;
}

std::vector<PublicKey> keys() {
  std::vector<PublicKey> known;
  known.emplace_back(SigningKey::generate().public_pem(), "other.pem");
  known.emplace_back(key().public_pem(), "ours.pem");
  return known;
}

/// A statement about a folder of two files.
ordered_json statement() {
  return parsed<nlohmann::ordered_json>(R"({
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "d", "digest": {"sha256": "24f9b3577eb68c1608e82bb41ef6d1192a05a476490573c33887efe594efbf55"}}],
    "predicateType": "https://model_signing/signature/v1.0",
    "predicate": {
      "serialization": {"ignore_paths": [".git", "model.sig"], "allow_symlinks": false, "hash_type": "sha256",
                        "method": "files"},
      "resources": [
        {"algorithm": "sha256", "name": "a.txt",
         "digest": "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3"},
        {"algorithm": "sha256", "name": "b",
         "digest": "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"},
        {"algorithm": "sha256", "name": "sub/c",
         "digest": "1121cfccd5913f0a63fec40a6ffd44ea64f9dc135c66634ba001d10bcf4302a2"}
      ]
    }
  })");
}

ordered_json bundle_of(const std::string& payload) {
  const std::string message = fmt::format("DSSEv1 28 application/vnd.in-toto+json {} {}", payload.size(), payload);
  ordered_json bundle = parsed<nlohmann::ordered_json>(R"({
    "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
    "verificationMaterial": {"publicKey": {"hint": ""}, "tlogEntries": []},
    "dsseEnvelope": {"payload": "", "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "", "keyid": ""}]}
  })");
  bundle["verificationMaterial"]["publicKey"]["hint"] = sha256_of(key().public_pem());
  bundle["dsseEnvelope"]["payload"] = encode_base64(payload, Base64::kPadded);
  bundle["dsseEnvelope"]["signatures"][0]["sig"] = encode_base64(key().sign(message), Base64::kPadded);
  return bundle;
}

/// The reason, without "s: is not a signature that is trusted: ".
std::string reason_of(const std::string& bundle) {
  try {
    verified_manifest(bundle, "s", keys());
  } catch (const Error& error) {
    const std::string text = error.what(), start = "s: is not a signature that is trusted: ";
    CHECK(text.starts_with(start));
    CHECK(text.find('\n') == std::string::npos);
    return text.substr(std::min(start.size(), text.size()));
  }
  return "none";
}

using Edit = std::function<void(ordered_json&)>;

std::string reason_of_bundle(const Edit& edit) {
  ordered_json bundle = bundle_of(statement().dump());
  edit(bundle);
  return reason_of(bundle.dump());
}

/// Of what the key has signed as it is.
std::string reason_of_statement(const Edit& edit) {
  ordered_json document = statement();
  edit(document);
  return reason_of(bundle_of(document.dump()).dump());
}

std::string reason_of_predicate(const Edit& edit) {
  return reason_of_statement([&](ordered_json& document) { edit(document["predicate"]); });
}

/// The same with the digest of all that fits.
std::string reason_of_names(const std::vector<std::string>& names) {
  return reason_of_statement([&](ordered_json& document) {
    ordered_json& resources = document["predicate"]["resources"];
    resources = ordered_json::array();
    std::string digests;
    for (const std::string& name : names) {
      resources.push_back({{"name", name}, {"algorithm", "sha256"}, {"digest", std::string(64, '0')}});
      digests += std::string(32, '\0');
    }
    document["subject"][0]["digest"]["sha256"] = sha256_of(digests);
  });
}

}  // namespace

TEST_CASE("a signed manifest is what was signed, sorted by name") {
  const std::string a(64, 'a'), b(64, 'b');
  const std::string bundle = sign_manifest(
      {.model = "m", .resources = {{"x/b", b}, {"x.a", a}}, .ignored = {".git", "model.sig"}}, key());
  const ModelManifest found = verified_manifest(bundle, "s", keys());
  CHECK(found.model == "m");
  CHECK(found.resources == std::vector<SignedResource>{{"x.a", a}, {"x/b", b}});
  CHECK(found.ignored == std::vector<std::string>{".git", "model.sig"});
  CHECK_FALSE(found.of_file());
  CHECK(verified_manifest(sign_manifest({.model = "\xFF", .resources = {{".", a}}}, key()), "s", keys()).of_file());
  CHECK_THROWS_WITH(sign_manifest({.model = "m", .resources = {{"\xFF", a}}}, key()),
                    "'\\xff': a name that is not UTF-8 cannot be signed");
}

TEST_CASE("a bundle of PyPI's model-signing is read") {
  const ModelManifest found = verified_manifest(bundle_of(statement().dump(2)).dump(), "s", keys());
  CHECK(found.model == "d");
  CHECK(found.resources.size() == 3);
  CHECK(found.resources[2].name == "sub/c");
  CHECK(reason_of_bundle([](ordered_json&) {}) == "none");
  // As its early versions wrote it, without the hint.
  CHECK(reason_of_bundle([](ordered_json& b) {
          b["verificationMaterial"] = {{"publicKey", {{"rawBytes", ""}, {"keyDetails", "PKIX_ECDSA_P256_SHA_256"}}}};
        }) == "none");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["signatures"][0].erase("keyid"); }) == "none");
  CHECK(reason_of_predicate([](ordered_json& p) { p["model_card"] = "README.md"; }) == "none");
}

TEST_CASE("a bundle that is not exactly one signature by a key that is trusted is refused") {
  CHECK(reason_of_bundle([](ordered_json& b) { b["mediaType"] = "application/json"; }) ==
        "its mediaType is 'application/json', not application/vnd.dev.sigstore.bundle.v0.3+json");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["payloadType"] = "text/plain"; }) ==
        "its payloadType is 'text/plain', not application/vnd.in-toto+json");
  CHECK(reason_of_bundle([](ordered_json& b) {
          ordered_json& signatures = b["dsseEnvelope"]["signatures"];
          signatures.push_back(signatures[0]);
        }) == "it holds 2 signatures, not one");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["signatures"] = ordered_json::array(); }) ==
        "it holds 0 signatures, not one");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["signatures"] = "x"; }) ==
        "it holds 0 signatures, not one");
  CHECK(reason_of_bundle([](ordered_json& b) {
          b["verificationMaterial"]["publicKey"]["hint"] = std::string(64, 'f');
        }) == "it names another key than other.pem and ours.pem");
  CHECK(reason_of_bundle([](ordered_json& b) {
          b["verificationMaterial"]["publicKey"]["hint"] = keys()[0].fingerprint();  // another of the same name
        }) == "it names another key than other.pem and ours.pem");
  CHECK(reason_of_bundle([](ordered_json& b) { b["verificationMaterial"]["certificate"] = ordered_json::object(); }) ==
        "it was made with a certificate and not with a key; PyPI's model_signing verifies it");
  CHECK(reason_of_bundle([](ordered_json& b) { b["messageSignature"] = ordered_json::object(); }) ==
        "its bundle has the unknown key 'messageSignature'");
  CHECK(reason_of_bundle([](ordered_json& b) { b.erase("dsseEnvelope"); }) ==
        "a value is missing, or is of another type");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["payload"] = "%%%%"; }) ==
        "its payload is not base64");
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["signatures"][0]["sig"] = "AA"; }) ==
        "its sig is not base64");
  const std::string changed = "it was not made with other.pem and ours.pem over what it holds";
  CHECK(reason_of_bundle([](ordered_json& b) { b["dsseEnvelope"]["signatures"][0]["sig"] = ""; }) == changed);
  CHECK(reason_of_bundle([](ordered_json& b) {
          ordered_json other = statement();
          other["predicate"]["resources"][0]["digest"] = std::string(64, '0');
          b["dsseEnvelope"]["payload"] = encode_base64(other.dump(), Base64::kPadded);
        }) == changed);
  for (const char* text : {"", "{", "[]", "3", "\"x\"", "null"}) CHECK(reason_of(text) != "none");
  CHECK(reason_of(std::string(kLargestSignature + 1, ' ')) == "it is larger than 16777216 bytes");
  CHECK(reason_of(std::string(100, '[')) == "it is nested too deeply");
}

TEST_CASE("every changed byte of a bundle is refused or changes nothing") {
  const std::string bundle = sign_manifest({.model = "m", .resources = {{".", std::string(64, 'a')}}}, key());
  const ModelManifest whole = verified_manifest(bundle, "s", keys());
  REQUIRE(bundle.back() == '\n');
  const std::vector<PublicKey> trusted = keys();
  for (size_t i = 0; i + 1 < bundle.size(); ++i) {
    CHECK_THROWS_AS(verified_manifest(bundle.substr(0, i), "s", trusted), Error);
    std::string changed = bundle;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ModelManifest found = whole;
    try {
      found = verified_manifest(changed, "s", trusted);
    } catch (const Error&) {
    }
    CHECK(found.resources == whole.resources);
  }
}

TEST_CASE("a key that comes twice is refused, in the bundle and in what is signed") {
  std::string twice = statement().dump();
  twice.insert(1, R"("predicateType":"x",)");
  CHECK(reason_of(bundle_of(twice).dump()) == "its statement holds the key 'predicateType' twice");
  std::string bundle = bundle_of(statement().dump()).dump();
  bundle.insert(1, R"("mediaType":"x",)");
  CHECK(reason_of(bundle) == "it holds the key 'mediaType' twice");
}

TEST_CASE("a statement that is signed and not about whole files by SHA-256 inside the model is refused") {
  CHECK(reason_of_statement([](ordered_json& s) { s["_type"] = "x"; }) ==
        "its _type is 'x', not https://in-toto.io/Statement/v1");
  CHECK(reason_of_statement([](ordered_json& s) { s["predicateType"] = "https://model_signing/Digests/v0.1"; }) ==
        "its predicateType is 'https://model_signing/Digests/v0.1', not https://model_signing/signature/v1.0");
  CHECK(reason_of_statement([](ordered_json& s) { s["subject"].push_back(s["subject"][0]); }) ==
        "its statement is not about one subject");
  CHECK(reason_of_statement([](ordered_json& s) { s["subject"][0]["digest"]["sha256"] = std::string(64, '0'); }) ==
        "its digest is not that of the files that it names");
  CHECK(reason_of_statement([](ordered_json& s) {
          s["subject"][0]["digest"] = {{"sha512", ""}};
        }) == "a value is missing, or is of another type");
  CHECK(reason_of_predicate([](ordered_json& p) { p["serialization"]["method"] = "shards"; }) ==
        "it is about parts of files (shards), which mdl does not verify; sign whole files");
  CHECK(reason_of_predicate([](ordered_json& p) { p["serialization"]["method"] = "tensors"; }) ==
        "it is about 'tensors' and not about files");
  CHECK(reason_of_predicate([](ordered_json& p) { p["serialization"]["hash_type"] = "blake3"; }) ==
        "it uses the hash 'blake3'; sha256 is expected");
  CHECK(reason_of_predicate([](ordered_json& p) { p["resources"][1]["algorithm"] = "blake2b"; }) ==
        "it uses the hash 'blake2b'; sha256 is expected");
  CHECK(reason_of_predicate([](ordered_json& p) { p["resources"][1]["digest"] = std::string(64, 'A'); }) ==
        "the digest of 'b' is no SHA-256");
  CHECK(reason_of_predicate([](ordered_json& p) { p["resources"][1]["digest"] = ""; }) ==
        "the digest of 'b' is no SHA-256");
  CHECK(reason_of_predicate([](ordered_json& p) { p["resources"] = ordered_json::array(); }) == "it names no file");
  CHECK(reason_of_predicate([](ordered_json& p) { p["serialization"]["ignore_paths"] = {"../x"}; }) ==
        "the ignored '../x' is no plain path inside the model");
  CHECK(reason_of_predicate([](ordered_json& p) { p["serialization"]["ignore_paths"] = {"."}; }) ==
        "the ignored '.' is no plain path inside the model");
  CHECK(reason_of_predicate([](ordered_json& p) { p["resources"][0]["size"] = 3; }) ==
        "its resource has the unknown key 'size'");
}

TEST_CASE("names that lead out of the model, or come twice, are refused though they are signed") {
  CHECK(reason_of_names({"a", "b"}) == "none");
  CHECK(reason_of_names({"."}) == "none");
  for (const std::string name : {"../a", "/etc/passwd", "a/../b", "a//b", "a/", "./a", "..", "", "/"})
    CHECK(reason_of_names({name}) == fmt::format("'{}' is no plain path inside the model", name));
  CHECK(reason_of_names({std::string("a\0b", 3)}) == "'a\\x00b' is no plain path inside the model");
  CHECK(reason_of_names({"a", "b", "a"}) == "it names 'a' twice");
  CHECK(reason_of_names({".", "a"}) == "it is about a file and a folder at once");
}
