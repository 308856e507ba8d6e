#include "train/run_identity.h"

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"
#include "table_files.h"
#include "train/record.h"

using namespace mdl;

namespace {

/// A folder that holds a finished run on table.csv for the target y, as far as its owner is concerned.
struct OneRun {
  TableFiles files;
  std::string table = files.add("table.csv", "a,y\n1,2\n"), other = files.add("other.csv", "a,y\n1,3\n"),
              copy = files.add("copy.csv", "a,y\n1,2\n"), folder = files / "run";

  explicit OneRun(bool recorded = true) {
    std::filesystem::create_directory(folder);
    const std::string header = R"({"__metadata__":{"mdl.format":"1"}})";
    std::string model(8, '\0');
    model[0] = static_cast<char>(header.size());
    files.add("run/model.safetensors", model + header);
    const std::string config = "data:\n  train: " + table + "\n  target: y\n";
    files.add("run/config.yaml", config);
    if (!recorded) return;
    files.add("run/run.json", format_record({.inputs = {{"data.train", {table, sha256_of("a,y\n1,2\n"), 1}},
                                                        {"data.test", {other, std::string(64, 'c'), 1}}},
                                             .config = config}));
  }

  std::string refusal(Existing existing, bool named, const std::string& path, const std::string& target = "y",
                      const std::string& sha256 = "") const {
    std::string text =
        files.error([&] { expect_replaceable(folder, existing, named, {{.path = path, .sha256 = sha256}}, target); });
    const RunIdentity run = identity_of(ProtectedFolder(folder)).value_or(RunIdentity{.date = "no date"});
    if (const size_t at = text.find(run.date); at != std::string::npos) text.replace(at, run.date.size(), "DAY");
    return text;
  }
};

}  // namespace

TEST_CASE("the run of a folder is told, and how to go on") {
  const OneRun run;
  CHECK(run.refusal(Existing::kRefuse, false, run.table) ==
        "run: holds a run of table.csv, target 'y', DAY; --resume continues it, --force replaces it, --output chooses "
        "another folder");
  CHECK(run.refusal(Existing::kRefuse, true, run.other) ==
        "run: holds a run of table.csv, target 'y', DAY; choose another folder with --output (--output run --force "
        "replaces that run)");
}

TEST_CASE("--force replaces a run of the same table, by path or content, and the same target") {
  for (const bool recorded : {true, false}) {
    const OneRun run(recorded);
    const std::string refused =
        "run: holds a run of table.csv, target 'y', DAY, and --force replaces a run of the same table and target only; "
        "choose another folder with --output (--output run --force replaces that run)";
    CHECK(run.refusal(Existing::kReplace, false, run.table) == "none");
    CHECK(run.refusal(Existing::kReplace, false, run.files / "run/../table.csv") == "none");
    CHECK(run.refusal(Existing::kReplace, false, run.other) == refused);
    CHECK(run.refusal(Existing::kReplace, false, run.table, "z") == refused);
    CHECK(run.refusal(Existing::kReplace, false, run.copy) == (recorded ? "none" : refused));
    CHECK(run.refusal(Existing::kReplace, false, run.copy, "z") == refused);
    CHECK(run.refusal(Existing::kReplace, true, run.other, "z") == "none");
    CHECK(run.refusal(Existing::kResume, false, run.other, "z") == "none");
    // What came through a pipe is known by its bytes alone.
    CHECK(run.refusal(Existing::kReplace, false, "-", "y", sha256_of("a,y\n1,2\n")) == (recorded ? "none" : refused));
    CHECK(run.refusal(Existing::kReplace, false, "-", "y", sha256_of("a,y\n1,3\n")) == refused);
  }
}

TEST_CASE("a table that has changed since is the same table by its path") {
  const OneRun run;
  run.files.add("table.csv", "a,y\n7,8\n");
  CHECK(run.refusal(Existing::kReplace, false, run.table) == "none");
}

TEST_CASE("a run that cannot be read is no run of this table") {
  const OneRun run;
  run.files.add("run/run.json", "{}");
  CHECK(run.refusal(Existing::kReplace, false, run.table) ==
        "run: holds a run that cannot be read, and --force replaces a run of the same table and target only; choose "
        "another folder with --output (--output run --force replaces that run)");
}

TEST_CASE("where there is no run there is nobody to ask") {
  const TableFiles files;
  const auto refusal = [&](const std::string& folder) {
    return files.error([&] { expect_replaceable(folder, Existing::kRefuse, false, {{.path = "x.csv"}}, "y"); });
  };
  CHECK(refusal(files / "nothing") == "none");
  std::filesystem::create_directory(files / "empty");
  CHECK(refusal(files / "empty") == "none");
}
