#include "train/record.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "io/output.h"
#include "io/signed_files.h"
#include "parsed.h"

using namespace mdl;
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

RunRecord some_record() {
  return {.model_version = 3,
          .seed = 7,
          .parent = std::string(64, 'a'),
          .changes = {"train.epochs was 1, is 2"},
          .training_rows = 8,
          .validation_rows = 2,
          .unlabelled_rows = 1,
          .inputs = {{"data.train", {"nowhere.csv", std::string(64, 'b'), 11}},
                     {"data.test", {"-", std::string(64, 'c'), 1}}},
          .outputs = {{"model.safetensors", sha256_of("model")}, {"config.yaml", sha256_of("config")}},
          .versions = {{"mdl", "1.0"}, {"build", "1.0-abc"}},
          .config = "data: {}\n"};
}

std::string error_of_edit(const std::function<void(ordered_json&)>& edit) {
  ordered_json document = parsed<nlohmann::ordered_json>(format_record(some_record()));
  edit(document);
  try {
    parse_record(document.dump(), "r");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a record reads back to the same bytes") {
  const std::string bytes = format_record(some_record());
  CHECK(format_record(parse_record(bytes, "r")) == bytes);
  RunRecord anew = some_record();
  anew.parent.clear();
  CHECK(format_record(anew).find("parent") == std::string::npos);
  CHECK(format_record(parse_record(format_record(anew), "r")) == format_record(anew));
}

TEST_CASE("a record that is not exactly right is refused") {
  const std::string start = "r: is not a usable record of a run: ";
  CHECK(error_of_edit([](ordered_json&) {}) == "none");
  CHECK(error_of_edit([](ordered_json& r) { r["mdl.run"] = "2"; }) ==
        start + "it is of version '2', this program reads version 1");
  CHECK(error_of_edit([](ordered_json& r) { r["more"] = 1; }) == start + "its description has the unknown key 'more'");
  CHECK(error_of_edit([](ordered_json& r) { r["inputs"][0]["rows"] = -1; }) ==
        start + "'-1' in it is not a whole number in range");
  CHECK(error_of_edit([](ordered_json& r) { r["inputs"][0]["sha256"] = "x"; }) == start + "'x' in it is no SHA-256");
  CHECK(error_of_edit([](ordered_json& r) { r["outputs"][0]["file"] = "../x"; }) ==
        start + "'../x' in it is no name of a file");
  CHECK(error_of_edit([](ordered_json& r) { r.erase("seed"); }) == start + "a value is missing, or is of another type");
  for (const char* text : {"", "[]", "3", "{", "{}"}) CHECK_THROWS_AS(parse_record(text, "r"), Error);
}

TEST_CASE("a run is followed from its data to its model") {
  std::string place = (fs::temp_directory_path() / "mdl-XXXXXX").string();
  REQUIRE(mkdtemp(place.data()) != nullptr);
  const SigningKey key = SigningKey::generate();
  std::vector<PublicKey> keys;
  keys.emplace_back(key.public_pem(), "p.pem");
  RunRecord record = some_record();
  record.inputs.insert(record.inputs.begin(), {"data.train", {place + "/t.csv", sha256_of("rows"), 4}});
  write_file(place + "/t.csv", "rows");
  write_file(place + "/model.safetensors", "model");
  write_file(place + "/config.yaml", "config");
  write_file(place + "/run.json", format_record(record));
  std::string told;
  const auto check = [&] {
    told.clear();
    return check_run(place, keys, [&](const std::string& line) { told += line + "\n"; });
  };
  CHECK_THROWS_AS(check(), Error);
  write_file(place + "/run.json.sig",
             sign_manifest(manifest_of_file("run.json", sha256_of(format_record(record))), key));
  CHECK(check().empty());
  CHECK(told == fmt::format("{0}/run.json: as signed\n"
                            "{0}/t.csv: as recorded, 4 rows of data.train\n"
                            "nowhere.csv: not checked, as it is not there; 11 rows of data.train\n"
                            "standard input: not checked, as it is not there; 1 row of data.test\n"
                            "{0}/model.safetensors: as recorded\n"
                            "{0}/config.yaml: as recorded\n",
                            place));
  write_file(place + "/t.csv", "row");
  fs::remove(place + "/config.yaml");
  CHECK(check() == std::vector<std::string>{place + "/t.csv", place + "/config.yaml"});
  CHECK(told.find("t.csv: DIFFERS from the record\n") != std::string::npos);
  CHECK(told.find("config.yaml: MISSING\n") != std::string::npos);
  record.seed = 8;
  write_file(place + "/run.json", format_record(record));
  CHECK_THROWS_WITH(check(),
                    fmt::format("{0}/run.json: is not what was signed; {0}/run.json.sig is about other bytes", place));
  CHECK(told.empty());
  fs::remove_all(place);
}
