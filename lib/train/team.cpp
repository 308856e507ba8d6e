#include "train/team.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

namespace mdl {
namespace {

/// Values one behind the other, for ranks of the same program.
class Packed {
 public:
  Packed() = default;
  explicit Packed(std::string bytes) : bytes_(std::move(bytes)) {}

  const std::string& bytes() const { return bytes_; }

  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  void put(const std::vector<float>& values) {
    put(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]);
  }

  template <class T>
  void take(T& value) {
    take(&value, sizeof value);
  }

  void take(std::vector<float>& values) {
    size_t count = 0;
    take(count);
    values.resize(count);
    take(values.data(), count * sizeof values[0]);
  }

 private:
  void take(void* to, size_t size) {
    if (size > 0) std::memcpy(to, bytes_.data() + taken_, size);
    taken_ += size;
  }

  std::string bytes_;
  size_t taken_ = 0;
};

template <class State, class Visit>
void visit(State& state, const Visit& each) {
  each(state.step);
  each(state.loss_sum);
  each(state.loss_rows);
  for (auto* part : {&state.parameters, &state.first, &state.second, &state.average, &state.best}) each(*part);
}

}  // namespace

Team::Team(Ranks* ranks, size_t members)
    : ranks_(ranks), sharing_(ranks != nullptr && shares_batches(*ranks, members)), members_(members) {
  const bool apart = ranks != nullptr && !sharing_;
  const size_t step = apart ? static_cast<size_t>(ranks->size()) : 1;
  for (size_t m = apart ? static_cast<size_t>(ranks->rank()) : 0; m < members; m += step) own_.push_back(m);
}

Standing Team::agree(const Standing& own) const {
  if (is_alone()) return own;
  Packed mine;
  mine.put(own);
  Standing all = own;
  for (std::string& bytes : ranks_->gather(mine.bytes())) {
    Standing one;
    Packed(std::move(bytes)).take(one);
    all.stop |= one.stop;
    all.out_of_time |= one.out_of_time;
    all.save |= one.save;
    all.step = std::min(all.step, one.step);
  }
  Packed agreed;
  agreed.put(all);
  Packed(ranks_->share(agreed.bytes())).take(all);
  return all;
}

std::vector<EvaluatedMember> Team::gather(std::vector<EvaluatedMember> own) const {
  if (is_alone()) return own;
  Packed mine;
  for (const EvaluatedMember& member : own) {
    mine.put(member.outputs);
    mine.put(member.loss_sum);
    mine.put(member.loss_rows);
  }
  std::vector<EvaluatedMember> all(is_first() ? members_ : 0);
  std::vector<std::string> of_ranks = ranks_->gather(mine.bytes());
  for (size_t rank = 0; rank < of_ranks.size(); ++rank) {
    Packed bytes(std::move(of_ranks[rank]));
    for (size_t m = sharing_ ? 0 : rank; m < members_; m += sharing_ ? 1 : of_ranks.size()) {
      EvaluatedMember part;
      bytes.take(part.outputs);
      bytes.take(part.loss_sum);
      bytes.take(part.loss_rows);
      all[m].outputs.insert(all[m].outputs.end(), part.outputs.begin(), part.outputs.end());
      all[m].loss_sum += part.loss_sum;
      all[m].loss_rows += part.loss_rows;
    }
  }
  return all;
}

void Team::share(EpochRecord& record) const {
  if (is_alone()) return;
  Packed first;
  for (const double number : {record.train_loss, record.validation_loss, record.learning_rate, record.seconds})
    first.put(number);
  for (const auto& [metric, score] : record.validation) {
    first.put(metric);
    first.put(score);
  }
  const std::string bytes = ranks_->share(first.bytes());
  Packed shared(bytes);
  for (double* number : {&record.train_loss, &record.validation_loss, &record.learning_rate, &record.seconds})
    shared.take(*number);
  record.validation.resize((bytes.size() - 4 * sizeof(double)) / (sizeof(Metric) + sizeof(double)));
  for (auto& [metric, score] : record.validation) {
    shared.take(metric);
    shared.take(score);
  }
}

void Team::collect(std::vector<MemberState>& members) const {
  if (is_alone()) return;
  Packed mine;
  for (const size_t m : own_) {
    if (sharing_) {
      mine.put(members[m].loss_sum);
      mine.put(members[m].loss_rows);
    } else {
      visit(members[m], [&](const auto& part) { mine.put(part); });
    }
  }
  std::vector<std::string> of_ranks = ranks_->gather(mine.bytes());
  for (size_t rank = 1; rank < of_ranks.size(); ++rank) {
    Packed bytes(std::move(of_ranks[rank]));
    for (size_t m = sharing_ ? 0 : rank; m < members_; m += sharing_ ? 1 : of_ranks.size()) {
      if (sharing_) {
        double loss = 0;
        int64_t rows = 0;
        bytes.take(loss);
        bytes.take(rows);
        members[m].loss_sum += loss;
        members[m].loss_rows += rows;
      } else {
        visit(members[m], [&](auto& part) { bytes.take(part); });
      }
    }
  }
}

}  // namespace mdl
