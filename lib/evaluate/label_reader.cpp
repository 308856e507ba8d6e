#include "evaluate/label_reader.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "table/value.h"

namespace mdl {

std::optional<int> LabelReader::class_without_name(const Target& target) {
  const auto found = std::ranges::find(target.classes, "");
  return found == target.classes.end() ? std::nullopt : std::optional(static_cast<int>(found - target.classes.begin()));
}

Label LabelReader::read(const RecordReader& record, bool skip_unlabelled) {
  Label label = reader_.read(record);
  if (label.missing) {
    if (!skip_unlabelled)
      fail("{}: column {}: the target is missing; --skip-unlabelled skips such rows", record.where(),
           quote(target_.name));
  } else if (target_.task != Task::kRegression && label.class_index < 0) {
    std::string room;
    std::string text(canonical(reader_.cell(record), room));
    if (nameless_) {
      if (named_.empty()) named_ = text;
      if (named_ != text) {
        fail(
            "{}: column {}: {} is a third class beside {}, the positive one, and {}; --positive names another one, "
            "--probabilities 'p_*' a column for each class",
            record.where(), quote(target_.name), quote(text), quote(target_.classes[target_.positive]), quote(named_));
      }
      label.class_index = *nameless_;
    } else {
      label.class_index = unknown_.try_emplace(std::move(text), -1 - static_cast<int>(unknown_.size())).first->second;
    }
  }
  return label;
}

std::vector<std::string> LabelReader::unknown() const {
  std::vector<std::string> labels;
  for (const auto& [label, index] : unknown_) labels.push_back(label);
  return labels;
}

}  // namespace mdl
