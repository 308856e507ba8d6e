#include "table/spilled_table.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "config/yaml.h"
#include "table/open_table.h"
#include "table/paths.h"

namespace mdl {
namespace {

/// Cells of some records, which the reader keeps no longer.
class CellBatch {
 public:
  void clear() {
    lines_.clear();
    cells_.clear();
    texts_.clear();
  }

  void add(const RecordReader& record) {
    for (size_t i = 0; i < record.header().size(); ++i) {
      const Cell cell = record.cell(i);
      cells_.push_back({cell.type, static_cast<uint32_t>(cell.text.size()), texts_.size(), cell.number});
      texts_ += cell.text;
    }
    lines_.push_back(record.line());
  }

  bool is_full(size_t columns) const {
    constexpr size_t kMostCells = 1 << 16, kMostBytes = 1 << 20;
    return cells_.size() + columns > kMostCells || texts_.size() > kMostBytes;
  }

  size_t rows() const { return lines_.size(); }
  size_t line(size_t row) const { return lines_[row]; }

  Cell cell(size_t row, size_t column) const {
    const Stored& cell = cells_[row * (cells_.size() / lines_.size()) + column];
    return {cell.type, {texts_.data() + cell.begin, cell.size}, cell.number};
  }

 private:
  struct Stored {
    Cell::Type type;
    uint32_t size;
    size_t begin;
    double number;
  };
  std::vector<size_t> lines_;
  std::vector<Stored> cells_;
  std::string texts_;
};

/// Where a record stands, for messages.
class Place final : public RecordReader {
 public:
  using RecordReader::RecordReader;
  void set(size_t line) { line_ = line; }
  bool next() override { return false; }
  bool would_wait() override { return false; }
  std::string_view raw_field(size_t) const override { return {}; }
};

/// The records of a file, read ahead by a thread of its own.
class FileFeed {
 public:
  FileFeed(std::string path, TextInput text) : path_(std::move(path)), text_(std::move(text)) {
    try {
      thread_ = start_without_signals([this] { serve(); });
    } catch (const std::system_error&) {  // no more threads: next() reads
    }
  }

  ~FileFeed() {
    if (!thread_.joinable()) return;
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    while (!ended_) {  // it may wait for a pipe
      if (stop_signal() != 0) interrupt(thread_);
      changed_.wait_for(lock, kPatience);
    }
    lock.unlock();
    thread_.join();
  }
  FileFeed(const FileFeed&) = delete;
  FileFeed& operator=(const FileFeed&) = delete;

  const std::string& path() const { return path_; }

  /// Throws what opening the file did.
  const Table& table() {
    if (!thread_.joinable()) {
      if (!table_) open();
      return *table_;
    }
    std::unique_lock lock(mutex_);
    wait(lock, [&] { return table_ || ended_; });
    if (!table_) std::rethrow_exception(problem_);
    return *table_;
  }

  /// False at the end. Throws what reading did, after the records before it.
  bool next(CellBatch& batch) {
    if (!thread_.joinable()) return fill(batch);
    std::unique_lock lock(mutex_);
    wait(lock, [&] { return !filled_.empty() || ended_; });
    if (filled_.empty()) {
      if (problem_) std::rethrow_exception(problem_);
      return false;
    }
    std::swap(batch, filled_.front());
    free_.push_back(std::move(filled_.front()));
    filled_.pop_front();
    changed_.notify_all();
    return true;
  }

  /// Of the file as it is stored, once all of it was read.
  std::string sha256() { return hash_.finish(); }

 private:
  static constexpr std::chrono::milliseconds kPatience{20};
  static constexpr size_t kAhead = 4;

  template <class Condition>
  void wait(std::unique_lock<std::mutex>& lock, const Condition& condition) {
    for (;; changed_.wait_for(lock, kPatience)) {
      if (stop_signal() != 0) throw Interrupted(path_);
      if (condition()) return;
    }
  }

  void open() {
    Table table = open_table(path_, text_, {.stored = &hash_});
    const std::lock_guard lock(mutex_);
    table_ = std::move(table);
    changed_.notify_all();
  }

  bool fill(CellBatch& batch) {
    batch.clear();
    if (bad_) std::rethrow_exception(bad_);
    const size_t columns = table_->records->header().size();
    try {
      while (!batch.is_full(columns) && table_->records->next()) batch.add(*table_->records);
    } catch (...) {
      if (batch.rows() == 0) throw;
      bad_ = std::current_exception();
    }
    return batch.rows() > 0;
  }

  void serve() {
    try {
      open();
      for (;;) {
        CellBatch batch;
        {
          const std::lock_guard lock(mutex_);
          if (!free_.empty()) {
            batch = std::move(free_.back());
            free_.pop_back();
          }
        }
        if (!fill(batch)) break;
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return closed_ || filled_.size() < kAhead; });
        if (closed_) break;
        filled_.push_back(std::move(batch));
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      problem_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  const std::string path_;
  const TextInput text_;
  Sha256 hash_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Table> table_;
  std::deque<CellBatch> filled_;
  std::vector<CellBatch> free_;
  std::exception_ptr bad_;      // what is wrong with the record behind those of the last batch
  std::exception_ptr problem_;  // why the thread ended
  bool closed_ = false, ended_ = false;
  std::thread thread_;
};

/// Throws Error when the dictionaries take more than their share. Those that columns of numbers have, too, in their
/// first rows do not count.
void expect_few_texts(const DatasetBuilder::Places& columns, const Dataset& table, size_t rows, int64_t memory) {
  size_t bytes = 0;
  for (const auto& [place, column] : columns) {
    if (column->different_texts() > kDistinct) bytes += column->text_bytes();
  }
  if (static_cast<int64_t>(bytes) <= memory / 4) return;
  const auto [place, largest] = *std::ranges::max_element(columns, {},
                                                          [](const auto& c) { return c.second->text_bytes(); });
  fail(
      "{}: column {}: has {} different texts in the first {} rows, and all texts take more than a quarter of "
      "data.memory; set data.ignore: [{}] if they identify rows, a larger data.memory, or data.streaming: false",
      table.name, quote(largest->name()), grouped(static_cast<long long>(largest->different_texts())),
      grouped(static_cast<long long>(rows)), yaml_text(largest->name()));
}

template <class To, class From>
std::string packed(const std::vector<From>& cells, From offset = 0) {
  std::string bytes(cells.size() * sizeof(To), '\0');
  for (size_t i = 0; i < cells.size(); ++i) {
    const To value = static_cast<To>(cells[i] + offset);
    std::memcpy(bytes.data() + i * sizeof(To), &value, sizeof value);
  }
  return bytes;
}

template <class From>
From unpacked(const std::vector<char>& bytes, size_t i) {
  From value;
  std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
  return value;
}

bool is_float(double number) { return std::isnan(number) || static_cast<double>(static_cast<float>(number)) == number; }

}  // namespace

/// The reading of the files, from the first record to the last.
class SpilledTable::Reading {
 public:
  Reading(SpilledTable& table, const DatasetOptions& options, const SpillOptions& spill)
      : table_(table), options_(options), spill_(spill), builder_(options), pool_(spill.threads) {}

  void read(const std::vector<std::string>& paths) {
    std::vector<InputFile> inputs;
    std::vector<std::string> notes;
    TextInput text{.told = options_.format};
    std::deque<std::unique_ptr<FileFeed>> feeds;
    const std::vector<std::string> files = expand(paths);
    for (size_t f = 0; f < files.size(); ++f) {
      // The first file says how the others are expected to be written.
      const size_t ahead = f == 0 ? 1 : std::min({files.size() - f, pool_.count(), kMostAhead});
      while (feeds.size() < ahead) feeds.push_back(std::make_unique<FileFeed>(files[f + feeds.size()], text));
      FileFeed& feed = *feeds.front();
      const Table& opened = feed.table();
      if (!opened.findings.empty())
        notes.push_back(fmt::format("{}: found {}", opened.records->name(), opened.findings));
      if (f == 0) text.expected = opened.format;
      const int64_t rows = take(feed, *opened.records, static_cast<uint32_t>(f));
      inputs.push_back({feed.path(), feed.sha256(), rows});
      feeds.pop_front();
    }
    finish();
    table_.table_.format = text.expected;
    table_.table_.notes = std::move(notes);
    table_.table_.inputs = std::move(inputs);
  }

 private:
  static constexpr size_t kMostAhead = 4;  // files that are read side by side; each holds some 15 MB

  int64_t take(FileFeed& feed, const RecordReader& records, uint32_t file) {
    places_ = builder_.open(records);
    if (!sample_) begin();
    const size_t weight = options_.weight.empty() ? records.header().size() : records.find(options_.weight);
    uint64_t row = 0;
    CellBatch batch;
    std::vector<Place> at(pool_.count(), Place(records.name()));
    while (feed.next(batch)) {
      for (size_t i = 0; weight < records.header().size() && i < batch.rows(); ++i) {
        at[0].set(batch.line(i));
        builder_.note_weight(batch.cell(i, weight), at[0]);
      }
      std::atomic<size_t> next = 0;
      pool_.run([&](size_t worker) {
        for (size_t c = next++; c < places_.size(); c = next++) add(batch, c, at[worker]);
      });
      builder_.add_rows(batch.rows());
      rows_ += batch.rows();
      sample_->add(file, row, batch.rows());
      row += batch.rows();
      expect_few_texts(places_, table_.table_, rows_, spill_.memory);
    }
    rows_before_.push_back(rows_);
    return static_cast<int64_t>(row);
  }

  /// Once the number of columns is known.
  void begin() {
    const auto columns = static_cast<int64_t>(std::max<size_t>(1, places_.size()));
    // A sixteenth of the memory for the blocks that are not on the disk yet, a third for the sample.
    const auto fitting = static_cast<uint64_t>(spill_.memory / 16 / columns / static_cast<int64_t>(sizeof(double)));
    table_.block_rows_ = std::clamp<size_t>(std::bit_floor(fitting), 1024, kBlockRows);
    constexpr int64_t kBytesOfCell = 12;  // as read, and encoded
    const auto most = static_cast<size_t>(spill_.memory / 3 / columns / kBytesOfCell);
    sample_.emplace(std::clamp<size_t>(most, 1024, RowSample::kRows), spill_.seed);
    table_.columns_.resize(places_.size());
  }

  void add(const CellBatch& batch, size_t c, Place& at) {
    const auto& [place, column] = places_[c];
    for (size_t i = 0; i < batch.rows(); ++i) {
      const Cell cell = batch.cell(i, place);
      if (builder_.missing().contain(cell)) {
        column->add_missing();
      } else {
        at.set(batch.line(i));
        column->add(cell, at);
      }
      if ((rows_ + i + 1) % table_.block_rows_ == 0) table_.spill(c, column->take_cells());
    }
  }

  void finish() {
    if (rows_ % table_.block_rows_ > 0) {
      for (size_t c = 0; c < places_.size(); ++c) table_.spill(c, places_[c].second->take_cells());
    }
    std::string name = std::move(table_.table_.name);
    table_.table_ = builder_.finish();
    table_.table_.name = std::move(name);
    for (size_t c = 0; c < places_.size(); ++c) {
      table_.columns_[c].numbers_of_codes = places_[c].second->numbers_of_codes();
      table_.columns_[c].merged_codes = places_[c].second->merged_codes();
    }
    for (const RowSample::Row& row : sample_->rows())
      table_.sample_.push_back((row.file == 0 ? 0 : rows_before_[row.file - 1]) + row.row);
  }

  SpilledTable& table_;
  const DatasetOptions& options_;
  const SpillOptions& spill_;
  DatasetBuilder builder_;
  ThreadPool pool_;
  DatasetBuilder::Places places_;
  std::optional<RowSample> sample_;
  size_t rows_ = 0;
  std::vector<uint64_t> rows_before_;  // up to the end of each file
};

SpilledTable::SpilledTable(const std::vector<std::string>& paths, const DatasetOptions& options,
                           const SpillOptions& spill)
    : file_(spill.folder) {
  table_.name = name_of_paths(paths);
  Reading(*this, options, spill).read(paths);
}

Dataset SpilledTable::take_table() {
  Dataset taken = std::move(table_);
  table_.rows = taken.rows;
  return taken;
}

size_t SpilledTable::bytes_of(Width width) {
  constexpr size_t kBytes[] = {1, 2, 4, 4, 8};
  return kBytes[static_cast<size_t>(width)];
}

void SpilledTable::spill(size_t column, ColumnBuilder::Cells cells) {
  Segment segment;
  std::string bytes;
  if (!cells.codes.empty()) {
    const std::vector<int32_t>& codes = cells.codes[0];
    const int32_t most = *std::ranges::max_element(codes) + 1;
    segment.width = most < 0x100 ? Width::kCode8 : most < 0x10000 ? Width::kCode16 : Width::kCode32;
    bytes = segment.width == Width::kCode8    ? packed<uint8_t>(codes, 1)
            : segment.width == Width::kCode16 ? packed<uint16_t>(codes, 1)
                                              : packed<uint32_t>(codes, 1);
  } else if (!cells.numbers.empty()) {
    const std::vector<double>& numbers = cells.numbers[0];
    segment.width = std::ranges::all_of(numbers, is_float) ? Width::kFloat : Width::kDouble;
    bytes = segment.width == Width::kFloat ? packed<float>(numbers) : packed<double>(numbers);
  }
  segment.offset = file_.reserve(bytes.size());
  file_.write(segment.offset, bytes);
  columns_[column].segments.push_back(segment);
}

void SpilledTable::load(size_t column, size_t block, Column& to) const {
  const Spilled& spilled = columns_[column];
  const Segment& segment = spilled.segments[block];
  const size_t rows = rows_of(block);
  std::vector<char> bytes(rows * bytes_of(segment.width));
  file_.read(segment.offset, bytes.data(), bytes.size());
  const auto number = [&](size_t i) {
    return segment.width == Width::kFloat ? double{unpacked<float>(bytes, i)} : unpacked<double>(bytes, i);
  };
  const auto code = [&](size_t i) {
    switch (segment.width) {
      case Width::kCode8: return int32_t{unpacked<uint8_t>(bytes, i)} - 1;
      case Width::kCode16: return int32_t{unpacked<uint16_t>(bytes, i)} - 1;
      default: return static_cast<int32_t>(unpacked<uint32_t>(bytes, i)) - 1;
    }
  };
  const bool codes = segment.width <= Width::kCode32;
  if (to.kind == ColumnKind::kNumeric) {
    std::vector<double>& numbers = to.numbers.emplace_back(rows);
    for (size_t i = 0; i < rows; ++i) {
      if (!codes) {
        numbers[i] = number(i);
      } else {
        const int32_t one = code(i);
        numbers[i] = one == Column::kMissing ? std::numeric_limits<double>::quiet_NaN()
                                             : spilled.numbers_of_codes[static_cast<size_t>(one)];
      }
    }
    return;
  }
  std::vector<int32_t>& out = to.codes.emplace_back(rows);
  for (size_t i = 0; i < rows; ++i) {
    const int32_t one = code(i);
    out[i] = one == Column::kMissing || spilled.merged_codes.empty() ? one
                                                                     : spilled.merged_codes[static_cast<size_t>(one)];
  }
}

void SpilledTable::gather(size_t column, const std::vector<uint64_t>& rows, Column& to,
                          const std::function<void(size_t block, const Column& part)>& see) const {
  Column part{.kind = to.kind};
  const auto take = [](const auto& from, size_t place, auto& blocks) {
    if (blocks.empty() || blocks.back().size() == kBlockRows) blocks.emplace_back();
    blocks.back().push_back(from[place]);
  };
  size_t i = 0;
  for (size_t block = 0; block < blocks(); ++block) {
    if (!see && (i == rows.size() || rows[i] / block_rows_ != block)) continue;
    part.numbers.clear();
    part.codes.clear();
    load(column, block, part);
    if (see) see(block, part);
    for (; i < rows.size() && rows[i] / block_rows_ == block; ++i) {
      const size_t place = rows[i] % block_rows_;
      if (to.kind == ColumnKind::kNumeric) {
        take(part.numbers[0], place, to.numbers);
        to.missing += std::isnan(part.numbers[0][place]) ? 1 : 0;
      } else {
        take(part.codes[0], place, to.codes);
        to.missing += part.codes[0][place] == Column::kMissing ? 1 : 0;
      }
    }
  }
}

void SpilledTable::release(size_t block) {
  for (const Spilled& column : columns_) {
    const Segment& segment = column.segments[block];
    file_.release(segment.offset, rows_of(block) * bytes_of(segment.width));
  }
}

}  // namespace mdl
