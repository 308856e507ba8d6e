#include "train/streaming.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <queue>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "config/option_types.h"
#include "config/yaml.h"
#include "table/paths.h"
#include "table/spilled_table.h"
#include "train/class_weights.h"
#include "train/objective.h"
#include "train/sampler.h"
#include "train/supervision.h"

namespace mdl {
namespace {

size_t threads_of(const Config& config, int processes) {
  if (config.threads > 0) return static_cast<size_t>(config.threads);
  return std::max<size_t>(1, std::thread::hardware_concurrency() / static_cast<size_t>(processes));
}

std::string count(size_t number) { return grouped(static_cast<long long>(number)); }

class StreamedTable {
 public:
  StreamedTable(const Config& config, const DatasetOptions& options, std::shared_ptr<const StartModel> start,
                Console& console, int processes)
      : config_(config), start_(std::move(start)), console_(console), pool_(threads_of(config, processes)),
        spilled_(config.data.train, options,
                 {.folder = config.output,
                  .memory = config.data.memory,
                  .threads = pool_.count(),
                  .seed = static_cast<uint64_t>(config.train.seed)}),
        sample_(spilled_.take_table()) {
    for (const std::string& note : sample_.notes) console_.log(note);
    if (start_) expect_same_columns(*start_, config_, sample_);
    for (Column& column : sample_.columns) column.missing = 0;  // of the sample it is another number
    for (const std::string& name : {config.data.target, config.data.weight, config.data.exposure}) {
      const Column* column = name.empty() ? nullptr : sample_.find(name);
      const auto place = static_cast<size_t>(column - sample_.columns.data());
      if (column != nullptr && std::ranges::find(supervising_, place) == supervising_.end())
        supervising_.push_back(place);
    }
  }

  TrainingData read() {
    take_sample();
    known_ = target_of(config_, sample_, start_.get());
    expect_metric(config_.train.metric, known_.target);
    look_at_all_rows();
    choose_validation_rows();
    take_features();
    TrainingData data = fit();
    encode(data);
    data.inputs = sample_.inputs;
    data.format = sample_.format;
    if (const Column* weights = sample_.find(config_.data.weight)) data.weight_form = weights->form;
    data.findings.notes.insert(data.findings.notes.end(), notes_.begin(), notes_.end());
    return data;
  }

 private:
  bool is_sampled() const { return sample_.all_rows > 0; }

  int64_t memory() const { return config_.data.memory; }

  /// Work on columns, side by side.
  void for_each_column(const std::vector<size_t>& columns, const std::function<void(size_t)>& work) {
    std::atomic<size_t> next = 0;
    pool_.run([&](size_t) {
      for (size_t i = next++; i < columns.size(); i = next++) {
        if (stop_signal() == 0) work(columns[i]);
      }
    });
    if (stop_signal() != 0) throw Interrupted("reading the table");
  }

  /// The table's rows block by block, of some columns.
  void for_each_block(const std::vector<size_t>& columns,
                      const std::function<void(const Dataset& rows, size_t first)>& work) const {
    Dataset rows{.name = sample_.name};
    for (const size_t c : columns) {
      Column& column = rows.columns.emplace_back(sample_.columns[c]);
      column.numbers.clear();
      column.codes.clear();
    }
    for (size_t block = 0; block < spilled_.blocks(); ++block) {
      if (stop_signal() != 0) throw Interrupted("reading the table");
      const size_t first = block * spilled_.block_rows();
      rows.rows = std::min(spilled_.block_rows(), spilled_.rows() - first);
      for (size_t i = 0; i < columns.size(); ++i) {
        rows.columns[i].numbers.clear();
        rows.columns[i].codes.clear();
        spilled_.load(columns[i], block, rows.columns[i]);
      }
      work(rows, first);
    }
  }

  /// Of the rows of the sample, what supervises.
  void take_sample() {
    const std::vector<uint64_t>& rows = spilled_.sample();
    sample_.rows = rows.size();
    if (rows.size() < spilled_.rows()) sample_.all_rows = spilled_.rows();
    for (size_t& file : sample_.files)
      file = static_cast<size_t>(std::ranges::lower_bound(rows, uint64_t{file}) - rows.begin());
    for (const size_t c : supervising_) spilled_.gather(c, rows, sample_.columns[c]);
  }

  /// The stratum of a row, as partition.cpp has it, or kNoTarget.
  int32_t stratum_of(const RowValues& values, size_t row) const {
    if (known_.target.task != Task::kRegression) return values.labels.classes[row];
    return std::isnan(values.labels.numbers[row]) ? kNoTarget : 0;
  }

  /// Whether all can be learned with, and how many there are of each class.
  void look_at_all_rows() {
    for_each_block(supervising_, [&](const Dataset& rows, size_t first) {
      const RowValues values = row_values(config_, known_.target, rows, first);
      count_rows(values, known_);
      for (size_t row = 0; row < rows.rows; ++row) {
        if (const int32_t stratum = stratum_of(values, row); stratum != kNoTarget) ++strata_[stratum];
      }
    });
    const EachRow each = [&](const auto& row) {
      for_each_block(supervising_, [&](const Dataset& rows, size_t first) {
        for (const double number : row_values(config_, known_.target, rows, first).labels.numbers) row(number, 1);
      });
    };
    note_row_numbers(each, known_);
  }

  /// How many rows of each stratum validate, and a note where they are fewer than wanted.
  std::map<int32_t, size_t> rows_to_validate() {
    const Validation& validation = *config_.data.validation;
    const auto shares = [&](double fraction) {
      std::map<int32_t, size_t> rows;
      for (const auto& [stratum, all] : strata_)
        rows[stratum] = std::min(static_cast<size_t>(std::lround(fraction * static_cast<double>(all))), all - 1);
      return rows;
    };
    const auto sum = [](const std::map<int32_t, size_t>& rows) {
      return std::accumulate(rows.begin(), rows.end(), size_t{0},
                             [](size_t n, const auto& one) { return n + one.second; });
    };
    std::map<int32_t, size_t> rows = shares(validation.path.empty() ? validation.fraction : 0);
    const Target& target = known_.target;
    const size_t outputs = std::max(target.classes.size(),
                                    target.objective.has_quantiles() ? target.objective.quantiles.size() : 1);
    const auto members = static_cast<size_t>(*config_.model.members);
    // A number and an index of each column, what networks say and what is made of that.
    const size_t bytes = 8 * sample_.columns.size() + 64 + outputs * (4 * members + 16);
    const size_t most = static_cast<size_t>(memory()) / 8 / bytes;
    if (sum(rows) <= most) return rows;
    const auto all = static_cast<double>(sum(strata_));
    rows = shares(static_cast<double>(most) / all);
    notes_.push_back(fmt::format(
        "{} rows validate ({:.2g} % of all, not {:.2g} %), as more would take over an eighth of data.memory",
        count(sum(rows)), 100 * static_cast<double>(sum(rows)) / all, 100 * validation.fraction));
    return rows;
  }

  /// Of each stratum those with the smallest random keys, as split_at_random() has them.
  void choose_validation_rows() {
    const std::map<int32_t, size_t> wanted = rows_to_validate();
    using Keyed = std::pair<uint64_t, uint64_t>;  // key and row
    std::map<int32_t, std::priority_queue<Keyed>> chosen;
    const Random random(static_cast<uint64_t>(config_.train.seed), Purpose::kSplit);
    trains_.resize(spilled_.rows());
    for_each_block(supervising_, [&](const Dataset& rows, size_t first) {
      const RowValues values = row_values(config_, known_.target, rows, first);
      for (size_t row = 0; row < rows.rows; ++row) {
        const int32_t stratum = stratum_of(values, row);
        if (stratum == kNoTarget) continue;
        trains_[first + row] = true;
        auto& smallest = chosen[stratum];
        const size_t most = wanted.at(stratum);
        const Keyed keyed{random.bits(first + row), first + row};
        if (smallest.size() < most) {
          smallest.push(keyed);
        } else if (most > 0 && keyed < smallest.top()) {
          smallest.pop();
          smallest.push(keyed);
        }
      }
    });
    for (auto& [stratum, smallest] : chosen) {
      for (; !smallest.empty(); smallest.pop()) validation_.push_back(smallest.top().second);
    }
    std::ranges::sort(validation_);
    for (const uint64_t row : validation_) trains_[row] = false;
    training_rows_ = static_cast<size_t>(std::ranges::count(trains_, true));
    if (training_rows_ == 0) fail("{}: no training row is left", sample_.name);
    for (const auto& [stratum, all] : strata_) strata_[stratum] = all - wanted.at(stratum);
  }

  /// Of the rows of the sample the other columns, and of all that train how many have each text, or what the numbers
  /// are.
  void take_features() {
    std::vector<size_t> others;
    for (size_t c = 0; c < sample_.columns.size(); ++c) {
      if (std::ranges::find(supervising_, c) == supervising_.end()) others.push_back(c);
    }
    for_each_column(others, [&](size_t c) {
      Column& column = sample_.columns[c];
      if (!is_sampled()) {
        spilled_.gather(c, spilled_.sample(), column);
      } else if (column.kind == ColumnKind::kNumeric) {
        gather_numbers(c, column);
      } else {
        gather_texts(c, column);
      }
    });
  }

  void gather_texts(size_t c, Column& column) const {
    column.counts.resize(column.texts.size() + 1);
    spilled_.gather(c, spilled_.sample(), column, [&](size_t block, const Column& part) {
      for (size_t i = 0; i < part.codes[0].size(); ++i) {
        const int32_t code = part.codes[0][i];
        if (!trains_[block * spilled_.block_rows() + i]) continue;
        ++column.counts[code == Column::kMissing ? column.texts.size() : static_cast<size_t>(code)];
      }
    });
  }

  void gather_numbers(size_t c, Column& column) const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    NumberSummary all{.low = kInfinity, .high = -kInfinity};
    VaryingParts parts(column.form);
    spilled_.gather(c, spilled_.sample(), column, [&](size_t block, const Column& part) {
      for (size_t i = 0; i < part.numbers[0].size(); ++i) {
        if (!trains_[block * spilled_.block_rows() + i]) continue;
        const double number = part.numbers[0][i];
        if (std::isnan(number)) {
          ++all.missing;
          continue;
        }
        ++all.numbers;
        all.low = std::min(all.low, number);
        all.high = std::max(all.high, number);
        const double off = number - all.mean;  // Welford 1962
        all.mean += off / static_cast<double>(all.numbers);
        all.squares += off * (number - all.mean);
        parts.add(number);
      }
    });
    all.parts = parts.parts();
    column.summary = all;
  }

  TrainingData fit() {
    Split split;
    const std::vector<uint64_t>& rows = spilled_.sample();
    for (uint32_t i = 0; i < rows.size(); ++i) {
      if (trains_[rows[i]]) split.train.push_back(i);
    }
    static_cast<RowValues&>(known_) = row_values(config_, known_.target, sample_);
    TrainingData data = fit_rows(config_, sample_, std::move(known_), std::move(split), start_);
    if (is_sampled()) {
      notes_.push_back(
          fmt::format("quantiles are those of a sample of {} training rows (a rank is {:.2g} % off at most)",
                      count(data.split.train.size()), 100 * RowSample::rank_error(data.split.train.size())));
    }
    if (data.target.task != Task::kRegression) {
      std::vector<size_t> rows_of_class(data.target.classes.size());
      for (const auto& [stratum, rows_there] : strata_) rows_of_class[static_cast<size_t>(stratum)] = rows_there;
      data.class_priors = class_priors(data.target, rows_of_class, sample_.name);
      return data;
    }
    const EachRow each = [&](const auto& row) {
      for_each_block(supervising_, [&](const Dataset& block, size_t first) {
        const RowValues values = row_values(config_, data.target, block, first);
        for (size_t i = 0; i < block.rows; ++i) {
          if (trains_[first + i]) row(values.labels.numbers[i], values.exposures.empty() ? 1 : values.exposures[i]);
        }
      });
    };
    if (!start_) fit_target(data.target, each, data.labels.numbers, data.split.train);
    if (!*config_.model.clamp) return data;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    size_t rows_low = 0, rows_high = 0;
    each([&](double number, double exposure) {
      const double target = number / exposure;
      if (target < low) low = target, rows_low = 0;
      if (target > high) high = target, rows_high = 0;
      rows_low += target == low ? 1 : 0;
      rows_high += target == high ? 1 : 0;
    });
    clip_to_targets(config_, low, rows_low, high, rows_high, data);
    return data;
  }

  /// A block of the table while it is encoded.
  struct Block {
    size_t first = 0, rows = 0, place = 0;  // `place`: of its first row that trains, in the cache
    EncodedRows encoded;
    RowValues values;
    double weight = 0;
    std::vector<std::vector<int64_t>> counts;  // of counted_, its bins
  };

  /// Rows that stay in memory.
  struct Held {
    EncodedRows rows;
    RowValues values;

    void add(const Block& block, size_t row) {
      rows.append(block.encoded, row);
      const auto take = [&](const auto& from, auto& to) {
        if (!from.empty()) to.push_back(from[row]);
      };
      take(block.values.labels.classes, values.labels.classes);
      take(block.values.labels.numbers, values.labels.numbers);
      take(block.values.weights, values.weights);
      take(block.values.exposures, values.exposures);
    }
  };

  /// A feature whose histogram is of the sample, until all rows are counted.
  struct Counted {
    size_t feature, column;
    std::vector<size_t> bin_of_code;  // of bags
  };

  std::vector<Counted> features_to_count(const Encoder& encoder) const {
    std::vector<Counted> counted;
    for (size_t f = 0; f < encoder.features.size() && is_sampled() && !start_; ++f) {
      const Feature& feature = encoder.features[f];
      if (feature.categories() != nullptr) continue;  // by counts of all rows
      Counted& one = counted.emplace_back(Counted{f, column_of(feature), {}});
      std::visit(
          [&]<class Kind>(const Kind& kind) {
            if constexpr (ReadsBags<Kind>) {
              for (const std::string& text : sample_.columns[one.column].texts)
                one.bin_of_code.push_back(bin_of(feature.histogram.edges, static_cast<double>(kind.size(text))));
            }
          },
          feature.kind);
    }
    return counted;
  }

  void count_bins(const Encoder& encoder, size_t slot, Block& block) const {
    for (const Counted& one : counted_) {
      const Histogram& histogram = encoder.features[one.feature].histogram;
      std::vector<int64_t>& counts = block.counts.emplace_back(histogram.counts.size());
      const Column& column = sample_.columns[one.column];
      const auto count = [&](const auto& cells, const auto& bin) {
        for (size_t i = 0; i < cells.size(); ++i) {
          if (trains_[block.first + i]) ++counts[bin(cells[i])];
        }
      };
      if (column.kind == ColumnKind::kNumeric) {
        count(column.numbers[slot],
              [&](double number) { return std::isnan(number) ? counts.size() - 1 : bin_of(histogram.edges, number); });
      } else {
        count(column.codes[slot], [&](int32_t code) {
          return code == Column::kMissing ? counts.size() - 1 : one.bin_of_code[static_cast<size_t>(code)];
        });
      }
    }
  }

  size_t column_of(const Feature& feature) const {
    return static_cast<size_t>(sample_.find(feature.name) - sample_.columns.data());
  }

  void encode(TrainingData& data) {
    const std::vector<uint64_t> shown = initial_rows(data.split.train);
    for (Column& column : sample_.columns) {
      std::vector<std::vector<double>>().swap(column.numbers);
      std::vector<std::vector<int32_t>>().swap(column.codes);
    }
    data.rows = {};
    const RowEncoder encoder(data.encoder, sample_, data.rows.bags);
    expect_few_bags(data.rows.bags);
    const std::vector<double> by_class = weights_by_class(data, config_.train.class_weights);
    const bool exposed = !config_.data.exposure.empty();
    const bool weighted = !config_.data.weight.empty() || !by_class.empty() || exposed;
    const auto cache = std::make_shared<RowCache>(config_.output, training_rows_, encoder.numbers(), encoder.indices(),
                                                  weighted, memory());
    std::vector<size_t> read = supervising_;
    for (const Feature& feature : data.encoder.features) {
      const size_t c = column_of(feature);
      if (std::ranges::find(read, c) == read.end()) read.push_back(c);
    }
    counted_ = features_to_count(data.encoder);
    for (const Counted& one : counted_) std::ranges::fill(data.encoder.features[one.feature].histogram.counts, 0);
    Held initial, validating;
    size_t place = 0;
    double weight = 0;
    const size_t at_once = std::min<size_t>(pool_.count(), 4);  // of a sixteenth of the memory each
    for (size_t begin = 0; begin < spilled_.blocks(); begin += at_once) {
      std::vector<Block> blocks(std::min(at_once, spilled_.blocks() - begin));
      for (size_t b = 0; b < blocks.size(); ++b) {
        Block& block = blocks[b];
        block.first = (begin + b) * spilled_.block_rows();
        block.rows = std::min(spilled_.block_rows(), spilled_.rows() - block.first);
        block.place = place;
        place += static_cast<size_t>(std::count(at(block.first), at(block.first + block.rows), true));
      }
      for_each_column(read, [&](size_t c) {
        sample_.columns[c].numbers.clear();
        sample_.columns[c].codes.clear();
        for (size_t b = 0; b < blocks.size(); ++b) spilled_.load(c, begin + b, sample_.columns[c]);
      });
      for (size_t b = 0; b < blocks.size(); ++b) spilled_.release(begin + b);
      std::atomic<size_t> next = 0;
      pool_.run([&](size_t) {
        for (size_t b = next++; b < blocks.size(); b = next++)
          encode_block(data, encoder, by_class, weighted, b, blocks[b], *cache);
      });
      for (const Block& block : blocks) {
        weight += block.weight;
        hold(block, shown, initial);
        hold(block, validation_, validating);
        for (size_t i = 0; i < counted_.size(); ++i) {
          std::vector<int64_t>& all = data.encoder.features[counted_[i].feature].histogram.counts;
          for (size_t bin = 0; bin < all.size(); ++bin) all[bin] += block.counts[i][bin];
        }
      }
      console_.progress(static_cast<double>(begin) / static_cast<double>(spilled_.blocks()), "encoding");
    }
    if (weighted) {
      if (!(weight > 0)) fail("the weights of the training rows sum to {}; at least one must be above 0", weight);
      cache->scale_weights(static_cast<double>(training_rows_) / weight);
    }
    hold_together(std::move(initial), std::move(validating), data);
    data.cache = cache;
    notes_.push_back(fmt::format("streamed from an encrypted cache of {} MB, {} bytes a row",
                                 count(cache->rows() * cache->row_bytes() / 1'000'000), cache->row_bytes()));
  }

  std::vector<bool>::const_iterator at(size_t row) const { return trains_.begin() + static_cast<ptrdiff_t>(row); }

  /// Rows of the table for the initial weights, of those of the sample that train.
  std::vector<uint64_t> initial_rows(const std::vector<uint32_t>& train) const {
    std::vector<uint64_t> rows;
    for (const uint32_t row : initial_sample(train)) rows.push_back(spilled_.sample()[row]);
    return rows;
  }

  void expect_few_bags(const Bags& bags) const {
    const size_t bytes = bags.elements.size() * sizeof(int32_t) + bags.offsets.size() * sizeof(int64_t);
    if (static_cast<int64_t>(bytes) > memory() / 4)
      fail(
          "{}: its texts' n-grams take {} MB, more than a quarter of data.memory; set data.ignore for columns of long "
          "texts, a larger data.memory, or data.streaming: false",
          sample_.name, bytes / 1'000'000);
  }

  void encode_block(const TrainingData& data, const RowEncoder& encoder, const std::vector<double>& by_class,
                    bool weighted, size_t slot, Block& block, RowCache& cache) const {
    const size_t numbers = encoder.numbers(), indices = encoder.indices();
    block.encoded.rows = block.rows;
    block.encoded.numbers.resize(block.rows * numbers);
    block.encoded.indices.resize(block.rows * indices);
    encoder.encode(slot, {block.encoded.numbers.data(), block.encoded.indices.data()});
    Dataset rows{.name = sample_.name, .rows = block.rows};
    for (const size_t c : supervising_) {
      Column& column = rows.columns.emplace_back();
      const Column& from = sample_.columns[c];
      column = {.name = from.name, .kind = from.kind, .form = from.form, .texts = from.texts};
      if (!from.numbers.empty()) column.numbers.push_back(from.numbers[slot]);
      if (!from.codes.empty()) column.codes.push_back(from.codes[slot]);
    }
    block.values = row_values(config_, data.target, rows, block.first);
    CachedRows cached;
    cache.resize(cached, static_cast<size_t>(std::count(at(block.first), at(block.first + block.rows), true)));
    size_t to = 0;
    for (size_t row = 0; row < block.rows; ++row) {
      if (!trains_[block.first + row]) continue;
      std::copy_n(block.encoded.numbers.data() + row * numbers, numbers, cached.rows.numbers.data() + to * numbers);
      std::copy_n(block.encoded.indices.data() + row * indices, indices, cached.rows.indices.data() + to * indices);
      const double exposure = block.values.exposures.empty() ? 1 : block.values.exposures[row];
      cached.targets[to] = learned_target(data.target, block.values.labels, row, exposure);
      if (weighted) {
        double weight = block.values.weights.empty() ? 1 : block.values.weights[row];
        if (!block.values.exposures.empty()) weight *= exposure_weight(data.target, exposure);
        if (!by_class.empty()) weight *= by_class[static_cast<size_t>(block.values.labels.classes[row])];
        cached.weights[to] = static_cast<float>(weight);
        block.weight += weight;
      }
      ++to;
    }
    cache.write(block.place, cached);
    count_bins(data.encoder, slot, block);
  }

  /// Those of some rows of the table, ascending, that are in the block.
  static void hold(const Block& block, const std::vector<uint64_t>& rows, Held& held) {
    for (auto row = std::ranges::lower_bound(rows, uint64_t{block.first});
         row != rows.end() && *row < block.first + block.rows; ++row)
      held.add(block, *row - block.first);
  }

  void hold_together(Held initial, Held validating, TrainingData& data) const {
    Split split{.streamed = training_rows_};
    split.train.resize(initial.rows.rows);
    std::iota(split.train.begin(), split.train.end(), 0);
    split.validation.resize(validating.rows.rows);
    std::iota(split.validation.begin(), split.validation.end(), static_cast<uint32_t>(initial.rows.rows));
    data.split = std::move(split);
    const auto join = [](auto& first, const auto& second) { first.insert(first.end(), second.begin(), second.end()); };
    Bags bags = std::move(data.rows.bags);
    data.rows = std::move(initial.rows);
    data.rows.rows += validating.rows.rows;
    join(data.rows.numbers, validating.rows.numbers);
    join(data.rows.indices, validating.rows.indices);
    data.rows.bags = std::move(bags);
    data.rows.exposures = std::move(initial.values.exposures);
    join(data.rows.exposures, validating.values.exposures);
    data.labels = std::move(initial.values.labels);
    join(data.labels.classes, validating.values.labels.classes);
    join(data.labels.numbers, validating.values.labels.numbers);
    data.weights = std::move(initial.values.weights);
    join(data.weights, validating.values.weights);
  }

  const Config& config_;
  const std::shared_ptr<const StartModel> start_;
  Console& console_;
  ThreadPool pool_;
  SpilledTable spilled_;
  Dataset sample_;                   // all columns, of the rows of the sample; then of the blocks that are encoded
  std::vector<size_t> supervising_;  // the columns of target, weight and exposure
  Supervision known_;
  std::map<int32_t, size_t> strata_;  // rows of each; then those that train
  std::vector<uint64_t> validation_;  // rows of the table, ascending
  std::vector<bool> trains_;          // of each row of the table
  size_t training_rows_ = 0;
  std::vector<Counted> counted_;
  std::vector<std::string> notes_;
};

/// About what the files would take, unpacked; those that are no regular files nothing.
int64_t size_of(const std::vector<std::string>& paths) {
  constexpr int64_t kPacked = 5;
  int64_t size = 0;
  for (const std::string& path : expand(paths)) {
    std::error_code unknown;
    if (path == "-" || !std::filesystem::is_regular_file(path, unknown)) continue;
    const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path, unknown));
    const bool packed = path.ends_with(".gz") || path.ends_with(".zst") || path.ends_with(".parquet");
    if (!unknown) size += bytes * (packed ? kPacked : 1);
  }
  return size;
}

}  // namespace

void expect_streamable(const Config& config) {
  const SplitBy& split = config.data.split;
  std::string key, cure;
  if (*config.train.folds > 0) {
    key = fmt::format("train.folds: {}", *config.train.folds);
    cure = "train.folds: 0";
  } else if (!split.group.empty() || !split.time.empty()) {
    key = fmt::format("data.split by {}", split.group.empty() ? "time" : "group");
    cure = "data.validation to a file";
  }
  if (!key.empty())
    fail("{} and data.streaming exclude each other, as it needs all rows in memory; set {}, or data.streaming: false",
         key, cure);
}

std::vector<std::string> streaming_settings(const Config& config, int processes) {
  const DataConfig& data = config.data;
  std::vector<std::string> settings;
  if (data.streaming == Streaming::kOff) return settings;
  constexpr int64_t kStep = 10'000'000;
  const int64_t memory = data.memory > 0 ? data.memory
                                         : std::max(kStep, memory_limit() / 2 / processes / kStep * kStep);
  if (data.streaming == Streaming::kAuto) {
    if (size_of(data.train) <= memory) return settings;
    settings.emplace_back("data.streaming=true");
  }
  if (data.memory == 0) settings.push_back("data.memory=" + ByteSize().write(memory));
  return settings;
}

TrainingData read_into_cache(const Config& config, const DatasetOptions& options,
                             std::shared_ptr<const StartModel> start, Console& console, int processes) {
  console.log(fmt::format(
      "{}: is streamed, by at most {} of memory (data.memory); data.streaming: false reads all of it into memory",
      name_of_paths(config.data.train), ByteSize().write(config.data.memory)));
  return StreamedTable(config, options, std::move(start), console, processes).read();
}

}  // namespace mdl
