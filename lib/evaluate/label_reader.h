// What the records of a stream say is true, labels that the model does not know told apart.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "table/records.h"
#include "table/target.h"

namespace mdl {

class LabelReader {
 public:
  /// Throws Error when the stream has no column of the target. `target` must outlive this.
  LabelReader(const Target& target, const std::vector<std::string>& missing, const RecordReader& records)
      : target_(target), reader_(target, missing, records) {}

  /// A label that the model does not know is class -1, -2, ... by first appearance. Throws Error when a regression's is
  /// no number, and when there is none unless `skip_unlabelled`.
  Label read(const RecordReader& record, bool skip_unlabelled);

  /// In the order of their bytes.
  std::vector<std::string> unknown() const;

 private:
  const Target& target_;
  TargetReader reader_;
  std::map<std::string, int> unknown_;  // by canonical spelling
};

}  // namespace mdl
