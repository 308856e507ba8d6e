#include "serve/service_log.h"

#include <nlohmann/json.hpp>

#include "catch.h"
#include "parsed.h"

namespace mdl {
namespace {

using Level = ServiceLog::Level;

const RequestRecord kRequest{
    .time = std::chrono::system_clock::time_point(std::chrono::microseconds(1'800'000'000'000'123)),
    .id = "r-1\n\xE2\x80\xAE",
    .token = "caller",
    .address = "10.0.0.1",
    .method = "POST",
    .route = "/v1/predict",
    .model = "credit",
    .version = "3",
    .rows = 2,
    .status = 200,
    .milliseconds = 1.25,
    .input = "age\n20\n"};

std::string lines_of(LogFormat format, const std::function<void(const ServiceLog&)>& work) {
  std::string lines;
  work(ServiceLog(format, [&](const std::string& line) { lines += line; }));
  return lines;
}

TEST_CASE("an event is its message for a person, and a line of JSON for a collector") {
  const auto tell = [](const ServiceLog& log) {
    log.tell(Level::kWarning, "reload", "x.yaml:1: wrong\x1b[31m\nx.yaml:2: wrong", {{"file", "x.yaml"}});
  };
  CHECK(lines_of(LogFormat::kText, tell) == "x.yaml:1: wrong\\x1b[31m\nx.yaml:2: wrong\n");
  const std::string text = lines_of(LogFormat::kJson, tell);
  CHECK(std::ranges::count(text, '\n') == 1);
  auto line = parsed(text);
  CHECK(line["time"].get<std::string>().size() == 27);
  line.erase("time");
  CHECK(line == nlohmann::json{{"level", "warning"},
                               {"event", "reload"},
                               {"message", "x.yaml:1: wrong\x1b[31m\nx.yaml:2: wrong"},
                               {"file", "x.yaml"}});
}

TEST_CASE("a request is a line that holds neither its token nor what was asked") {
  const auto tell = [](const ServiceLog& log) { log.request(kRequest); };
  CHECK(lines_of(LogFormat::kText, tell) ==
        "2027-01-15T08:00:00.000123Z 200 POST /v1/predict credit 2 rows 1.250 ms r-1\\n\\u202e -\n");
  CHECK(lines_of(LogFormat::kJson, tell) ==
        R"({"time":"2027-01-15T08:00:00.000123Z","level":"info","event":"request","request":"r-1\n\u202e","trace":"",)"
        R"("method":"POST","route":"/v1/predict","model":"credit","version":"3","rows":2,"status":200,"ms":1.250})"
        "\n");
}

}  // namespace
}  // namespace mdl
