// run.json: what a run was made of and what it made, so that a model can be followed back to its data;
// configs/run.schema.json describes it.
//
// Nothing in it depends on the time, the machine's name or where files lie beyond what the config says; but report.html
// and metrics.jsonl tell how long training took, so that their hashes differ from run to run.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/signing_key.h"
#include "table/dataset.h"

namespace mdl {

struct RecordedInput {
  std::string key;  // of the config: data.train, data.validation, data.test
  InputFile file;
};

struct RecordedOutput {
  std::string file;  // its name in the run's folder
  std::string sha256;
};

struct RunRecord {
  int64_t model_version = 0, seed = 0;
  std::string parent;                // SHA-256 of the state that a resumed run went on from; empty: it began anew
  std::vector<std::string> changes;  // what resumed runs were allowed to change (modelfile/model.h)
  int64_t training_rows = 0, validation_rows = 0, unlabelled_rows = 0;
  std::vector<RecordedInput> inputs;
  std::vector<RecordedOutput> outputs;  // all files of the run but the state, the record itself and signatures
  std::vector<std::pair<std::string, std::string>> versions;
  std::string config;  // YAML, as config.yaml holds it
};

std::string format_record(const RunRecord& record);

/// Throws Error, calling the file `name`, when it is no record of this version, or damaged.
RunRecord parse_record(std::string_view bytes, const std::string& name);

/// Where a run's record lies: encrypted, or in clear.
std::string record_path(const std::string& folder);

/// Follows a run from its data to its model: run.json is signed by one of the keys, and each file is what it says.
/// `tell` gets a line for each file; inputs that are not there any more, by the paths of the config, are told as not
/// checked. Returns the paths of those that differ or, of outputs, are missing. Throws Error when the record is not
/// there, or not to be trusted.
std::vector<std::string> check_run(const std::string& folder, std::span<const PublicKey> keys,
                                   const std::function<void(const std::string& line)>& tell);

}  // namespace mdl
