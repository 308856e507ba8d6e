#include "train/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "base/files.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

static_assert(std::endian::native == std::endian::little);  // which both formats are

constexpr std::array<uint32_t, 256> kCrc32c = [] {
  constexpr uint32_t kCastagnoli = 0x82F63B78;
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? kCastagnoli : 0);
    table[i] = value;
  }
  return table;
}();

uint32_t masked_crc32c(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char byte : bytes) crc = kCrc32c[(crc ^ static_cast<uint8_t>(byte)) & 0xFF] ^ crc >> 8;
  return std::rotr(~crc, 15) + 0xA282EAD8;
}

template <class Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::string varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  return bytes + static_cast<char>(number);
}

// Fields of Protocol Buffers.
enum Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
std::string key(int number, Wire wire) { return varint(static_cast<uint64_t>(number << 3 | wire)); }
std::string bytes_field(int number, std::string_view bytes) {
  return key(number, kBytes) + varint(bytes.size()) + std::string(bytes);
}

std::string scalar(const std::string& tag, double value) {
  return bytes_field(1, bytes_field(1, tag) + key(2, kFixed32) + bytes_of(static_cast<float>(value)));
}

/// An Event as a record: its length, the data, and checksums of both.
std::string record_of(double seconds, const std::string& fields) {
  const std::string event = key(1, kFixed64) + bytes_of(seconds) + fields;
  const std::string length = bytes_of(static_cast<uint64_t>(event.size()));
  return length + bytes_of(masked_crc32c(length)) + event + bytes_of(masked_crc32c(event));
}

std::string first_record(double seconds) { return record_of(seconds, bytes_field(3, "brain.Event:2")); }

constexpr size_t kTime = 13;  // of a record's bytes where its Event's time begins

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

std::string event_record(const TrackedEvaluation& evaluation, double seconds) {
  const EpochRecord& record = evaluation.record;
  const std::string behind = evaluation.trial > 0 ? fmt::format("/trial_{}", evaluation.trial) : "";
  std::string summary = scalar("loss/train" + behind, record.train_loss) +
                        scalar("loss/validation" + behind, record.validation_loss);
  for (const auto& [metric, value] : record.validation)
    summary += scalar(fmt::format("metrics/{}{}", name_of(metric), behind), value);
  summary += scalar("learning_rate" + behind, record.learning_rate);
  return record_of(seconds, key(2, kVarint) + varint(static_cast<uint64_t>(record.step)) + bytes_field(5, summary));
}

EventFile::EventFile(const Folder& folder, const std::vector<TrackedEvaluation>& evaluations)
    : name_(folder.path(kEventFile)) {
  const std::string found = folder.find(kEventFile) == Folder::Entry::kFile ? folder.read(kEventFile) : "";
  size_t kept = 0;
  /// Whether the next record is what this makes but for its time.
  const auto is_there = [&](const auto& make) {
    double seconds = 0;
    if (found.size() < kept + kTime + sizeof seconds) return false;
    std::memcpy(&seconds, found.data() + kept + kTime, sizeof seconds);
    const std::string record = make(seconds);
    if (found.compare(kept, record.size(), record) != 0) return false;
    kept += record.size();
    return true;
  };
  size_t known = 0;
  const bool begun = is_there(first_record);
  while (begun && known < evaluations.size() &&
         is_there([&](double seconds) { return event_record(evaluations[known], seconds); }))
    ++known;
  descriptor_ = folder.open_to_append(kEventFile, kept);
  if (!begun) append(first_record(now()));
  for (; known < evaluations.size(); ++known) add(evaluations[known]);
}

EventFile::~EventFile() { close(descriptor_); }

void EventFile::add(const TrackedEvaluation& evaluation) { append(event_record(evaluation, now())); }

void EventFile::append(const std::string& record) { write_to_descriptor(descriptor_, record, name_); }

}  // namespace mdl
