#include "train/event_file.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "catch.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

TrackedEvaluation evaluation(int64_t step, size_t trial = 0) {
  return {EpochRecord{.epoch = 1,
                      .step = step,
                      .train_loss = 0.5,
                      .validation_loss = 0.25,
                      .validation = {{Metric::kAccuracy, 0.75}},
                      .learning_rate = 0.01},
          trial};
}

struct Place {
  std::string path = [] {
    char name[] = "/tmp/mdl-event-file-XXXXXX";
    return std::string(mkdtemp(name));
  }();
  Folder folder{path};
  ~Place() { std::filesystem::remove_all(path); }
  std::string bytes() const { return folder.read(kEventFile); }
};

}  // namespace

TEST_CASE("an event record is what TensorBoard's own writer makes", "[event_file]") {
  CHECK(hex(event_record(evaluation(300, 2), 1e9)) ==
        "8800000000000000fcdeece2090000000065cdcd4110ac022a7a0a190a126c6f73732f747261696e2f747269616c5f321500"
        "00003f0a1e0a176c6f73732f76616c69646174696f6e2f747269616c5f32150000803e0a1f0a186d6574726963732f616363"
        "75726163792f747269616c5f32150000403f0a1c0a156c6561726e696e675f726174652f747269616c5f32150ad7233c6c0b"
        "c12a");
}

TEST_CASE("an event file grows by an evaluation, keeps those that are there and cuts what is not", "[event_file]") {
  const Place place;
  { EventFile(place.folder, {}).add(evaluation(10)); }
  const std::string first = place.bytes();
  { EventFile(place.folder, {evaluation(10)}).add(evaluation(20)); }
  const std::string both = place.bytes();
  CHECK(both.starts_with(first));
  CHECK(both.size() == first.size() + event_record(evaluation(20), 0).size());

  { const EventFile same(place.folder, {evaluation(10), evaluation(20)}); }
  CHECK(place.bytes() == both);
  { const EventFile resumed(place.folder, {evaluation(10)}); }
  CHECK(place.bytes() == first);
  { const EventFile other(place.folder, {evaluation(11)}); }
  CHECK(place.bytes().size() == first.size());
  CHECK(place.bytes() != first);
  { const EventFile anew(place.folder, {}); }
  CHECK(first.starts_with(place.bytes()));

  place.folder.write(kEventFile, both.substr(0, both.size() - 3));  // as a crash leaves it
  { const EventFile resumed(place.folder, {evaluation(10), evaluation(20)}); }
  CHECK(place.bytes().size() == both.size());
  CHECK(place.bytes().starts_with(first));
}

TEST_CASE("an event file is not written through a link", "[event_file]") {
  const Place place;
  std::filesystem::create_symlink("elsewhere", place.path + "/" + kEventFile);
  CHECK_THROWS_WITH(EventFile(place.folder, {}),
                    place.path + "/" + kEventFile + ": is a link, which is not written to");
}

}  // namespace mdl
