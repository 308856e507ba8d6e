#include "base/json.h"

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace mdl {
namespace {

using nlohmann::json;

/// Of values; an object, an array and a key, which need more memory, count as so many.
constexpr int64_t kMost = 8'000'000, kHeavy = 4;

class Watch final : public json::json_sax_t {
 public:
  Watch(int deepest, std::string_view what) : deepest_(deepest), what_(what) {}

  bool start_object(size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool end_object() override {
    keys_.pop_back();
    return --depth_ >= 0;
  }
  bool start_array(size_t) override { return deeper(); }
  bool end_array() override { return --depth_ >= 0; }
  bool key(string_t& key) override {
    if (!keys_.back().insert(key).second) fail("{} holds the key {} twice", what_, quote(key));
    return count(kHeavy);
  }
  bool null() override { return count(1); }
  bool boolean(bool) override { return count(1); }
  bool number_integer(number_integer_t) override { return count(1); }
  bool number_unsigned(number_unsigned_t) override { return count(1); }
  bool number_float(number_float_t, const string_t&) override { return count(1); }
  bool string(string_t&) override { return count(1); }
  bool binary(binary_t&) override { return count(1); }
  bool parse_error(size_t position, const std::string&, const json::exception&) override {
    fail("{} is not JSON, at byte {}", what_, position);
  }

 private:
  bool deeper() {
    if (++depth_ > deepest_) fail("{} is nested too deeply", what_);
    return count(kHeavy);
  }

  bool count(int64_t values) {
    count_ += values;
    if (count_ > kMost) fail("{} holds more values than it could need", what_);
    return true;
  }

  int deepest_;
  std::string_view what_;
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  int depth_ = 0;
  int64_t count_ = 0;
};

}  // namespace

template <class Json>
Json parse_json(std::string_view text, int deepest, std::string_view what) {
  if (text.find('\0') != std::string_view::npos)
    fail("{} is not JSON: it holds a NUL byte", what);  // which ends the text for the parser
  Watch watch(deepest, what);
  json::sax_parse(text, &watch);
  return Json::parse(text);
}

template nlohmann::json parse_json<nlohmann::json>(std::string_view, int, std::string_view);
template nlohmann::ordered_json parse_json<nlohmann::ordered_json>(std::string_view, int, std::string_view);

}  // namespace mdl
