#include "io/signed_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "io/output.h"

using namespace mdl;
namespace fs = std::filesystem;

namespace {

const SigningKey& key() {
  static const SigningKey generated = SigningKey::generate();
  return generated;
}

std::vector<PublicKey> keys() {
  std::vector<PublicKey> known;
  known.emplace_back(key().public_pem(), "p.pem");
  return known;
}

/// A folder that is removed in the end: a.txt, sub/b, and what is ignored.
class SomeModel {
 public:
  SomeModel() {
    std::string path = (fs::temp_directory_path() / "mdl-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    place_ = path;
    fs::create_directories(place_ + "/m/sub/empty");
    fs::create_directories(place_ + "/m/.git/objects");
    write_file(*this / "a.txt", "a");
    write_file(*this / "sub/b", "b");
    write_file(*this / ".git/objects/x", "git's");
    write_file(*this / ".gitignore", "git's");
  }
  ~SomeModel() { fs::remove_all(place_); }

  std::string path() const { return place_ + "/m"; }
  std::string operator/(const std::string& name) const { return path() + "/" + name; }
  std::string outside(const std::string& name) const { return place_ + "/" + name; }

  /// "none", or the message of what is thrown, in which the folder is called M.
  std::string error_of(const std::function<void()>& work) const {
    try {
      work();
    } catch (const Error& error) {
      std::string text = error.what();
      for (size_t at = 0; (at = text.find(path())) != std::string::npos;) text.replace(at, path().size(), "M");
      return text;
    }
    return "none";
  }
  void sign(const std::string& what) const {
    const std::string signature = signature_path_of(what);
    write_file(signature, sign_manifest(manifest_of(what, signature), key()));
  }
  std::string verify(const std::string& what) const {
    const std::string signature = signature_path_of(what);
    return error_of([&] { expect_as_signed(what, signature, read_signature(signature, keys())); });
  }

 private:
  std::string place_;
};

}  // namespace

TEST_CASE("a file is signed by itself, whatever its name") {
  const SomeModel model;
  CHECK(signature_path_of(model / "a.txt") == model / "a.txt.sig");
  const ModelManifest manifest = manifest_of(model / "a.txt", model / "a.txt.sig");
  CHECK(manifest.model == "a.txt");
  CHECK(manifest.resources == std::vector<SignedResource>{{".", sha256_of("a")}});
  CHECK(manifest_of_file(model / "a.txt", sha256_of("a")).resources == manifest.resources);
  CHECK(model.verify(model / "a.txt") == "M/a.txt.sig: there is no such signature; mdl sign makes one");
  model.sign(model / "a.txt");
  CHECK(model.verify(model / "a.txt") == "none");
  fs::rename(model / "a.txt", model / "b.txt");
  fs::rename(model / "a.txt.sig", model / "b.txt.sig");
  CHECK(model.verify(model / "b.txt") == "none");
  write_file(model / "b.txt", "A");
  CHECK(model.verify(model / "b.txt") == "M/b.txt: is not what was signed; M/b.txt.sig is about other bytes");
}

TEST_CASE("a folder is signed with all files in it but for git's and the signature") {
  const SomeModel model;
  CHECK(signature_path_of(model.path()) == model / "model.sig");
  const ModelManifest manifest = manifest_of(model.path(), model / "model.sig");
  CHECK(manifest.model == "m");
  CHECK(manifest.resources == std::vector<SignedResource>{{"a.txt", sha256_of("a")}, {"sub/b", sha256_of("b")}});
  CHECK(manifest.ignored == std::vector<std::string>{".git", ".gitattributes", ".github", ".gitignore", "model.sig"});
  CHECK(manifest_of(model.path() + "/", model.outside("s")).ignored.size() == 4);
  model.sign(model.path());
  CHECK(model.verify(model.path()) == "none");
  write_file(model / ".git/objects/y", "git's");
  CHECK(model.verify(model.path()) == "none");
}

TEST_CASE("a file of a signed folder that was changed, added or removed is found") {
  const SomeModel model;
  model.sign(model.path());
  write_file(model / "sub/b", "B");
  CHECK(model.verify(model.path()) == "M: is not what was signed; changed: 'sub/b'");
  write_file(model / "new", "");
  fs::remove(model / "a.txt");
  CHECK(model.verify(model.path()) ==
        "M: is not what was signed; changed: 'sub/b'; missing: 'a.txt'; not signed: 'new'");
  fs::remove(model / "new");
  write_file(model / "a.txt", "a");
  write_file(model / "sub/b", "b");
  CHECK(model.verify(model.path()) == "none");
  write_file(model / "sub/.gitignore", "git's elsewhere");
  CHECK(model.verify(model.path()) == "M: is not what was signed; not signed: 'sub/.gitignore'");
}

TEST_CASE("a signature of a file is none of a folder, nor the other way round") {
  const SomeModel model;
  model.sign(model.path());
  model.sign(model / "a.txt");
  fs::copy_file(model / "a.txt.sig", model.outside("one.sig"));
  fs::copy_file(model / "model.sig", model.outside("all.sig"));
  const auto verify = [&](const std::string& what, const std::string& signature) {
    return model.error_of([&] { expect_as_signed(what, signature, read_signature(signature, keys())); });
  };
  CHECK(verify(model.path(), model.outside("one.sig")).ends_with("is about a file"));
  CHECK(verify(model / "a.txt", model.outside("all.sig")).ends_with("is about a folder"));
}

TEST_CASE("links and what is no file are refused in a folder") {
  const SomeModel model;
  fs::create_symlink("a.txt", model / "link");
  const auto sign = [&] { model.sign(model.path()); };
  CHECK(model.error_of(sign) == "M/link: is a symbolic link; only files can be signed");
  fs::remove(model / "link");
  fs::create_directory_symlink("/etc", model / "etc");
  CHECK(model.error_of(sign) == "M/etc: is a symbolic link; only files can be signed");
  fs::remove(model / "etc");
  REQUIRE(mkfifo((model / "pipe").c_str(), 0600) == 0);
  CHECK(model.error_of(sign) == "M/pipe: is not a file; only files can be signed");
  fs::remove(model / "pipe");
  sign();
  fs::create_symlink("a.txt", model / "link");
  CHECK(model.verify(model.path()) == "M/link: is a symbolic link; only files can be signed");
  fs::create_directory(model.outside("nothing"));
  CHECK_THROWS_AS(manifest_of(model.outside("nothing"), model.outside("nothing/model.sig")), Error);
}

TEST_CASE("bytes are trusted where the signature beside their file is about them") {
  const SomeModel model;
  const std::string path = model / "a.txt";
  const auto trusted = [&](std::string_view bytes) {
    return model.error_of([&] { verify_trusted(bytes, path, keys()); });
  };
  CHECK(trusted("a") ==
        "M/a.txt: is not signed: there is no M/a.txt.sig, and only signed models are trusted; mdl sign M/a.txt --key "
        "FILE signs it");
  model.sign(path);
  CHECK(trusted("a") == "none");
  // The file may change while it is read; what counts is what was read.
  write_file(path, "other");
  CHECK(trusted("a") == "none");
  CHECK(trusted("other") == "M/a.txt: is not what was signed; M/a.txt.sig is about other bytes");
  CHECK(model.error_of([] { verify_trusted("a", "-", keys()); }) ==
        "standard input: has no signature beside it; give the file's name");
  std::vector<PublicKey> others;
  others.emplace_back(SigningKey::generate().public_pem(), "others.pem");
  CHECK(model.error_of([&] { verify_trusted("a", path, others); }) ==
        "M/a.txt.sig: is not a signature that is trusted: it names another key than others.pem");
}
