#include "evaluate/truths.h"

#include "base/error.h"
#include "base/text.h"
#include "table/value.h"

namespace mdl {

Truth TruthReader::read(const CsvReader& record, bool skip_unlabelled) {
  Truth truth = reader_.read(record);
  if (truth.missing) {
    if (!skip_unlabelled) fail("{}: column {}: the target is missing; --skip-unlabelled leaves such rows out", record.where(), quote(target_.name));
  } else if (target_.task != Task::kRegression && truth.class_index < 0) {
    std::string room;
    truth.class_index = unknown_.try_emplace(std::string(canonical(reader_.cell(record), room)), -1 - static_cast<int>(unknown_.size())).first->second;
  }
  return truth;
}

std::vector<std::string> TruthReader::unknown() const {
  std::vector<std::string> labels;
  for (const auto& [label, index] : unknown_) labels.push_back(label);
  return labels;
}

}  // namespace mdl
