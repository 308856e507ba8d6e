#include "table/split.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>

#include "base/counted.h"
#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

namespace mdl {
namespace {

std::vector<uint32_t> rows_with_target(const Strata& strata) {
  std::vector<uint32_t> rows;
  for (size_t row = 0; row < strata.size(); ++row) {
    if (strata[row] != kNoTarget) rows.push_back(static_cast<uint32_t>(row));
  }
  return rows;
}

uint64_t hash_text(std::string_view text) {  // FNV-1a: the same on every machine
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

size_t share_of(size_t rows, double fraction) {
  return static_cast<size_t>(std::lround(fraction * static_cast<double>(rows)));
}

/// Whether the text is 2024, 2024-05 or 2024-05-31 and whatever follows: of these, bytewise order is the order of time.
bool is_iso_date(std::string_view text) {
  const auto digits = [&](size_t at, size_t count) {
    const std::string_view part = text.substr(std::min(at, text.size()), count);
    return part.size() == count && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits(0, 4) || (text.size() > 4 && !(text[4] == '-' && digits(5, 2)))) return false;
  return text.size() <= 7 || (text[7] == '-' && digits(8, 2));
}

/// `fold_of`: of each partition the fold of each row.
Split with_folds(const Strata& strata, size_t folds, const std::vector<std::vector<uint32_t>>& fold_of) {
  Split split{.partitions = fold_of.size()};
  split.folds.resize(folds * fold_of.size());
  split.train = split.validation = rows_with_target(strata);
  for (size_t p = 0; p < fold_of.size(); ++p) {
    for (const uint32_t row : split.train) split.folds[p * folds + fold_of[p][row]].push_back(row);
  }
  return split;
}

/// Position 0 stands for "missing", position 1 + code for a text.
size_t group_of(const Column& group, uint32_t row) { return static_cast<size_t>(int64_t{group.code(row)} + 1); }

std::vector<size_t> group_sizes(const Column& group, const std::vector<uint32_t>& rows) {
  std::vector<size_t> sizes(group.texts.size() + 1);
  for (const uint32_t row : rows) ++sizes[group_of(group, row)];
  return sizes;
}

/// The groups that have rows, in an order drawn by (seed, partition, text).
std::vector<size_t> drawn_groups(const Column& group, const std::vector<size_t>& sizes, int64_t seed,
                                 size_t partition = 0) {
  const Random random(static_cast<uint64_t>(seed), Purpose::kSplit, static_cast<uint32_t>(partition));
  std::vector<std::pair<uint64_t, size_t>> keyed;
  for (size_t g = 0; g < sizes.size(); ++g) {
    if (sizes[g] > 0) keyed.emplace_back(random.bits(g == 0 ? 0 : hash_text(group.texts[g - 1])), g);
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<size_t> groups;
  for (const auto& [key, g] : keyed) groups.push_back(g);
  return groups;
}

Split divide(const Strata& strata, const std::vector<bool>& in_validation) {
  Split split;
  const auto validation = static_cast<size_t>(std::count(in_validation.begin(), in_validation.end(), true));
  split.validation.reserve(validation);
  split.train.reserve(strata.size() - validation);
  for (size_t row = 0; row < strata.size(); ++row) {
    if (strata[row] != kNoTarget)
      (in_validation[row] ? split.validation : split.train).push_back(static_cast<uint32_t>(row));
  }
  return split;
}

}  // namespace

std::vector<uint32_t> Split::training_rows(size_t network) const {
  if (folds.empty()) return train;
  std::vector<uint32_t> rows;
  std::ranges::set_difference(train, validation_rows(network), std::back_inserter(rows));
  return rows;
}

const std::vector<uint32_t>& Split::validation_rows(size_t network) const {
  return folds.empty() ? validation : folds[network % folds.size()];
}

size_t Split::rows_each() const {
  size_t most = 0;
  for (const auto& fold : folds) most = std::max(most, fold.size());
  return train.size() - most;
}

Split split_at_random(const Strata& strata, double fraction, int64_t seed) {
  // Of each stratum the rows with the smallest random keys validate; of rows with the same key the first ones.
  struct Stratum {
    std::vector<uint64_t> keys;
    size_t rows = 0, of_bound = 0;  // `of_bound`: how many with the key `bound` validate
    uint64_t bound = 0;             // all smaller keys do
  };
  std::map<int32_t, Stratum> by_stratum;
  for (const int32_t stratum : strata) {
    if (stratum != kNoTarget) ++by_stratum[stratum].rows;
  }
  const Random random(static_cast<uint64_t>(seed), Purpose::kSplit);
  for (auto& [number, stratum] : by_stratum) stratum.keys.reserve(stratum.rows);
  for (size_t row = 0; row < strata.size(); ++row) {
    if (strata[row] != kNoTarget) by_stratum[strata[row]].keys.push_back(random.bits(row));
  }
  for (auto& [number, stratum] : by_stratum) {
    const size_t wanted = std::min(share_of(stratum.rows, fraction), stratum.rows - 1);
    const auto bound = stratum.keys.begin() + static_cast<ptrdiff_t>(wanted);
    std::nth_element(stratum.keys.begin(), bound, stratum.keys.end());
    stratum.bound = *bound;
    stratum.of_bound = static_cast<size_t>(std::count(stratum.keys.begin(), bound, stratum.bound));
    std::vector<uint64_t>().swap(stratum.keys);
  }
  std::vector<bool> in_validation(strata.size());
  for (size_t row = 0; row < strata.size(); ++row) {
    if (strata[row] == kNoTarget) continue;
    Stratum& stratum = by_stratum[strata[row]];
    const uint64_t key = random.bits(row);
    in_validation[row] = key < stratum.bound || (key == stratum.bound && stratum.of_bound > 0);
    if (key == stratum.bound && stratum.of_bound > 0) --stratum.of_bound;
  }
  return divide(strata, in_validation);
}

Split split_by_group(const Column& group, const Strata& strata, double fraction, int64_t seed) {
  const std::vector<uint32_t> rows = rows_with_target(strata);
  const std::vector<size_t> sizes = group_sizes(group, rows);
  const std::vector<size_t> order = drawn_groups(group, sizes, seed);
  if (order.size() < 2)
    fail("column {}: all rows are in one group; data.split.group needs two or more", quote(group.name));

  std::vector<bool> chosen(sizes.size());
  size_t taken = 0;
  const double wanted = fraction * static_cast<double>(rows.size());
  for (const size_t g : order) {
    const size_t with = taken + sizes[g];
    const bool nearer = static_cast<double>(with) - wanted <= wanted - static_cast<double>(taken);
    if (!nearer || with == rows.size()) continue;
    chosen[g] = true;
    taken = with;
  }
  if (taken == 0) {  // each is more than twice the share: the smallest comes nearest
    chosen[*std::ranges::min_element(order, {}, [&](size_t g) { return sizes[g]; })] = true;
  }
  std::vector<bool> in_validation(strata.size());
  for (const uint32_t row : rows) in_validation[row] = chosen[group_of(group, row)];
  return divide(strata, in_validation);
}

Split split_into_folds(const Strata& strata, size_t folds, int64_t seed, size_t partitions) {
  std::vector<std::vector<uint32_t>> fold_of;
  for (size_t p = 0; p < partitions; ++p) {
    const Random random(static_cast<uint64_t>(seed), Purpose::kSplit, static_cast<uint32_t>(p));
    std::vector<std::pair<uint64_t, uint32_t>> keyed;
    for (const uint32_t row : rows_with_target(strata)) keyed.emplace_back(random.bits(row), row);
    std::ranges::sort(keyed, {}, [&](const auto& pair) { return std::pair(strata[pair.second], pair); });
    // The strata lie one behind the other, so that dealing the rows out in turn is even within each and in all.
    std::vector<uint32_t>& folds_here = fold_of.emplace_back(strata.size());
    for (size_t i = 0; i < keyed.size(); ++i) folds_here[keyed[i].second] = static_cast<uint32_t>(i % folds);
  }
  return with_folds(strata, folds, fold_of);
}

Split split_groups_into_folds(const Column& group, const Strata& strata, size_t folds, int64_t seed,
                              size_t partitions) {
  const std::vector<uint32_t> rows = rows_with_target(strata);
  const std::vector<size_t> sizes = group_sizes(group, rows);
  std::vector<std::vector<uint32_t>> fold_of;
  for (size_t p = 0; p < partitions; ++p) {
    const std::vector<size_t> order = drawn_groups(group, sizes, seed, p);
    if (order.size() < folds)
      fail("column {}: {} {} too few for train.folds: {}", quote(group.name),
           counted(static_cast<int64_t>(order.size()), "group"), order.size() == 1 ? "is" : "are", folds);
    std::vector<size_t> filled(folds);
    std::vector<uint32_t> fold_of_group(sizes.size());
    for (const size_t g : order) {
      const auto least = std::ranges::min_element(filled);
      *least += sizes[g];
      fold_of_group[g] = static_cast<uint32_t>(least - filled.begin());
    }
    std::vector<uint32_t>& folds_here = fold_of.emplace_back(strata.size());
    for (const uint32_t row : rows) folds_here[row] = fold_of_group[group_of(group, row)];
  }
  return with_folds(strata, folds, fold_of);
}

Split split_by_time(const Column& time, const Strata& strata, double fraction) {
  if (time.missing > 0) {
    fail("column {}: no time in {} of its rows; data.split.time needs one in every row", quote(time.name),
         grouped(static_cast<long long>(time.missing)));
  }
  for (const std::string& text : time.texts) {
    if (!is_iso_date(text)) {
      fail("column {}: {} cannot be sorted by time; data.split.time needs dates like 2024-05-31 (ISO 8601), or numbers",
           quote(time.name), quote_cell(text));
    }
  }
  std::vector<size_t> by_text(time.texts.size()), rank(time.texts.size());
  std::iota(by_text.begin(), by_text.end(), 0);
  std::sort(by_text.begin(), by_text.end(), [&](size_t a, size_t b) { return time.texts[a] < time.texts[b]; });
  for (size_t i = 0; i < by_text.size(); ++i) rank[by_text[i]] = i;
  const auto key = [&](uint32_t row) {
    return time.kind == ColumnKind::kNumeric ? time.number(row)
                                             : static_cast<double>(rank[static_cast<size_t>(time.code(row))]);
  };
  std::vector<uint32_t> rows = rows_with_target(strata);
  std::stable_sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  const size_t wanted = share_of(rows.size(), fraction);
  size_t border = rows.size() - wanted;
  while (border > 0 && border < rows.size() && key(rows[border]) == key(rows[border - 1])) ++border;
  if (wanted > 0 && border == rows.size()) {
    fail("column {}: too many rows share the latest time; none can be held out for validation", quote(time.name));
  }
  std::vector<bool> in_validation(strata.size());
  for (size_t i = border; i < rows.size(); ++i) in_validation[rows[i]] = true;
  return divide(strata, in_validation);
}

}  // namespace mdl
