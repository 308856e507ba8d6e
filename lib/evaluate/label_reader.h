// What the records of a stream say is true, labels that the model does not know told apart.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "table/records.h"
#include "table/target.h"

namespace mdl {

class LabelReader {
 public:
  /// Throws Error when the stream has no column of the target. `target` must outlive this.
  LabelReader(const Target& target, const std::vector<std::string>& missing, const RecordReader& records)
      : target_(target), nameless_(class_without_name(target)), reader_(target, missing, records) {}

  /// A label that the model does not know is class -1, -2, ... by first appearance. Throws Error when a regression's is
  /// no number, when there is none unless `skip_unlabelled`, and for a third label of two classes of which one has no
  /// name.
  Label read(const RecordReader& record, bool skip_unlabelled);

  /// In the order of their bytes.
  std::vector<std::string> unknown() const;

  /// Of a target with two classes of which one is called "": the label that is not the other one; "" where there is
  /// none.
  const std::string& named() const { return named_; }

 private:
  static std::optional<int> class_without_name(const Target& target);

  const Target& target_;
  std::optional<int> nameless_;
  TargetReader reader_;
  std::map<std::string, int> unknown_;  // by canonical spelling
  std::string named_;                   // likewise
};

}  // namespace mdl
