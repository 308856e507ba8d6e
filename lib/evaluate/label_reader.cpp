#include "evaluate/label_reader.h"

#include "base/error.h"
#include "base/text.h"
#include "table/value.h"

namespace mdl {

Label LabelReader::read(const RecordReader& record, bool skip_unlabelled) {
  Label label = reader_.read(record);
  if (label.missing) {
    if (!skip_unlabelled)
      fail("{}: column {}: the target is missing; --skip-unlabelled skips such rows", record.where(),
           quote(target_.name));
  } else if (target_.task != Task::kRegression && label.class_index < 0) {
    std::string room;
    label.class_index =
        unknown_.try_emplace(std::string(canonical(reader_.cell(record), room)), -1 - static_cast<int>(unknown_.size()))
            .first->second;
  }
  return label;
}

std::vector<std::string> LabelReader::unknown() const {
  std::vector<std::string> labels;
  for (const auto& [label, index] : unknown_) labels.push_back(label);
  return labels;
}

}  // namespace mdl
