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
#include "table/date.h"

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

/// A gap in what the column counts: days of dates, hours of times of day, else whatever its numbers are.
double length_of(const TimeGap& gap, const Column& time) {
  const bool dates = time.kind == ColumnKind::kCategorical || time.dates();
  const bool hours = time.kind == ColumnKind::kNumeric && time.form.kind == NumberForm::Kind::kTime;
  if (gap.length == 0 || (!dates && !hours && gap.unit == '\0')) return gap.length;
  if (!dates && !hours) {
    fail("column {}: holds numbers, which count no days; the gap of data.split is a number of their own unit",
         quote(time.name));
  }
  if (gap.unit == '\0') {
    fail("column {}: holds {}; the gap of data.split needs a unit, as in {}h, {}d or {}w", quote(time.name),
         dates ? "dates" : "times", gap.length, gap.length, gap.length);
  }
  const double in_hours = gap.length * (gap.unit == 'h' ? 1 : gap.unit == 'd' ? 24 : 7 * 24);
  return dates ? in_hours / 24 : in_hours;
}

/// Of each text a number that ascends with time: days, where it is asked how far they are apart, else its place.
std::vector<double> numbers_of_texts(const Column& time, bool days) {
  const std::vector<std::string>& texts = time.texts;
  for (const std::string& text : texts) {
    if (!is_iso_date(text)) {
      fail("column {}: {} cannot be sorted by time; data.split.time needs dates like 2024-05-31 (ISO 8601), or numbers",
           quote(time.name), quote_cell(text));
    }
  }
  std::vector<double> numbers(texts.size());
  if (!days) {
    std::vector<size_t> sorted(texts.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    std::sort(sorted.begin(), sorted.end(), [&](size_t a, size_t b) { return texts[a] < texts[b]; });
    for (size_t i = 0; i < sorted.size(); ++i) numbers[sorted[i]] = static_cast<double>(i);
    return numbers;
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    constexpr std::string_view kFirst = "-01-01";  // of the year; its end of the month
    const size_t size = texts[i].size();
    const auto date = parse_date(size == 4   ? texts[i] + std::string(kFirst)
                                 : size == 7 ? texts[i] + std::string(kFirst.substr(3))
                                             : texts[i]);
    if (!date) {
      fail("column {}: {} is no date that exists; the gap of data.split needs dates like 2024-05-31", quote(time.name),
           quote_cell(texts[i]));
    }
    numbers[i] = *date;
  }
  return numbers;
}

/// The rows with a target in the order of time.
class Timeline {
 public:
  Timeline(const Column& time, const TimeGap& gap, const Column* group, const Strata& strata)
      : rows(rows_with_target(strata)), time_(time), gap_(length_of(gap, time)), group_(group) {
    if (time.missing > 0) {
      fail("column {}: no time in {} of its rows; data.split.time needs one in every row", quote(time.name),
           grouped(static_cast<long long>(time.missing)));
    }
    numbers_ = numbers_of_texts(time, gap_ > 0);
    std::ranges::stable_sort(rows, {}, [&](uint32_t row) { return at(row); });
  }

  /// The first position from there on whose row is not of the same time as the one before it.
  size_t next_time(size_t position) const {
    while (position > 0 && position < rows.size() && at(rows[position]) == at(rows[position - 1])) ++position;
    return position;
  }

  std::vector<uint32_t> between(size_t begin, size_t end) const {
    return ascending({rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end)});
  }

  /// The rows that train for a block from `begin` to `end`. Throws Error where there are none.
  std::vector<uint32_t> before(size_t begin, size_t end) const {
    std::vector<uint32_t> found(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(begin));
    if (begin == end) return ascending(std::move(found));
    const double start = at(rows[begin]);
    if (gap_ > 0) {
      const double limit = start - gap_ - kSlack * std::abs(start);
      std::erase_if(found, [&](uint32_t row) { return at(row) >= limit; });
    }
    if (group_ != nullptr) {
      std::vector<bool> validates(group_->texts.size() + 1);
      for (size_t i = begin; i < end; ++i) validates[group_of(*group_, rows[i])] = true;
      std::erase_if(found, [&](uint32_t row) { return validates[group_of(*group_, row)]; });
    }
    if (found.empty()) {
      fail("column {}: no row is left to train on before {}{}{}", quote(time_.name), text(rows[begin]),
           gap_ > 0 ? ", less the gap of data.split" : "",
           group_ != nullptr ? ", without the groups that validate" : "");
    }
    return ascending(std::move(found));
  }

  /// "2024-03-01 to 2024-03-31"
  std::string name(size_t begin, size_t end) const {
    const std::string first = text(rows[begin]), last = text(rows[end - 1]);
    return first == last ? first : first + " to " + last;
  }

  std::vector<uint32_t> rows;

 private:
  static constexpr double kSlack = 1e-12;  // dates with a time of day are rounded

  double at(uint32_t row) const {
    return time_.kind == ColumnKind::kNumeric ? time_.number(row) : numbers_[static_cast<size_t>(time_.code(row))];
  }

  std::string text(uint32_t row) const {
    if (time_.kind == ColumnKind::kCategorical) return time_.texts[static_cast<size_t>(time_.code(row))];
    return time_.dates() ? format_date(at(row)) : shortest(at(row));
  }

  static std::vector<uint32_t> ascending(std::vector<uint32_t> some) {
    std::ranges::sort(some);
    return some;
  }

  const Column& time_;
  const double gap_;
  const Column* group_;          // null: none
  std::vector<double> numbers_;  // of the column's texts
};

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
  if (!earlier.empty()) return earlier[network % folds.size()];
  std::vector<uint32_t> rows;
  std::ranges::set_difference(train, validation_rows(network), std::back_inserter(rows));
  return rows;
}

const std::vector<uint32_t>& Split::validation_rows(size_t network) const {
  return folds.empty() ? validation : folds[network % folds.size()];
}

size_t Split::rows_each() const {
  if (!earlier.empty()) return train.size();
  size_t most = 0;
  for (const auto& fold : folds) most = std::max(most, fold.size());
  return training_count() - most;
}

size_t Split::rows_an_epoch() const {
  if (earlier.empty()) return rows_each();
  size_t sum = 0;
  for (const auto& rows : earlier) sum += rows.size();
  return sum / earlier.size();
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

Split split_by_time(const Column& time, const TimeGap& gap, const Column* group, const Strata& strata,
                    double fraction) {
  const Timeline timeline(time, gap, group, strata);
  const size_t rows = timeline.rows.size(), wanted = share_of(rows, fraction);
  const size_t border = timeline.next_time(rows - wanted);
  if (wanted > 0 && border == rows) {
    fail("column {}: too many rows share the latest time; none can be held out for validation", quote(time.name));
  }
  Split split{.train = timeline.before(border, rows), .validation = timeline.between(border, rows)};
  split.unused = border - split.train.size();
  return split;
}

Split split_into_folds_by_time(const Column& time, const TimeGap& gap, const Column* group, const Strata& strata,
                               size_t folds) {
  const Timeline timeline(time, gap, group, strata);
  const size_t rows = timeline.rows.size(), size = rows / (folds + 1);
  Split split;
  for (size_t fold = 0; fold < folds; ++fold) {
    const size_t begin = timeline.next_time(rows - (folds - fold) * size);
    const size_t end = timeline.next_time(rows - (folds - fold - 1) * size);
    if (begin == end) {
      fail("column {}: its rows have too few different times for {} folds of data.split", quote(time.name), folds);
    }
    split.earlier.push_back(timeline.before(begin, end));
    split.folds.push_back(timeline.between(begin, end));
    split.times.push_back(timeline.name(begin, end));
    split.unused = begin - split.earlier.back().size();
  }
  split.train = split.earlier.back();
  split.validation = timeline.between(timeline.next_time(rows - folds * size), rows);
  return split;
}

}  // namespace mdl
