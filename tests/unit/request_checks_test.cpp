#include "serve/request_checks.h"

#include "catch.h"
#include "serve/routes.h"

using namespace mdl;

namespace {

int refusal(const OwnNames& own, std::vector<std::pair<std::string, std::string>> headers) {
  const auto refused = refuse_stranger({.headers = std::move(headers)}, own);
  return refused ? refused->status : 0;
}

}  // namespace

TEST_CASE("A service is called by its own names alone, and by pages of its own origin") {
  const OwnNames own{.hosts = {"localhost", "127.0.0.1", "::1", "api.example"}};
  for (const char* host : {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:8080", "api.example:443"})
    CHECK(refusal(own, {{"host", host}}) == 0);
  for (const char* host :
       {"evil.example", "localhost.evil.example", "xlocalhost", "127.0.0.1.evil", "[::2]", "[::1", "[", ":"})
    CHECK(refusal(own, {{"host", host}}) == 421);
  CHECK(refusal(own, {}) == 400);
  CHECK(refusal(own, {{"host", ""}}) == 400);
  CHECK(refusal(own, {{"host", "localhost"}, {"host", "localhost"}}) == 400);
  CHECK(refusal(own, {{"host", "localhost"}, {"authorization", "a"}, {"authorization", "b"}}) == 400);

  CHECK(refusal(own, {{"host", "localhost:8080"}, {"origin", "http://localhost:8080"}}) == 0);
  for (const char* origin :
       {"http://localhost:8081", "http://localhost", "http://evil.example", "null", "", "localhost:8080"})
    CHECK(refusal(own, {{"host", "localhost:8080"}, {"origin", origin}}) == 403);

  // A proxy may listen on another port.
  const OwnNames proxied{.hosts = {"api.example"}, .behind_proxy = true};
  CHECK(refusal(proxied, {{"host", "api.example"}, {"origin", "https://api.example:8443"}}) == 0);
  CHECK(refusal(proxied, {{"host", "api.example"}, {"origin", "https://evil.example"}}) == 403);
  CHECK(refusal({}, {{"host", "any"}}) == 0);
}

TEST_CASE("Ids of requests are taken from the client where nothing is in them that could do harm") {
  const auto ids = [](std::string name, std::string value) { return ids_of({.headers = {{name, value}}}); };
  CHECK(ids("x-request-id", "a-B_1.2").id == "a-B_1.2");
  for (const std::string& text :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string(65, 'a'), std::string("\u00e9")})
    CHECK(ids("x-request-id", text).id.size() == 16);
  CHECK(ids_of({}).id != ids_of({}).id);
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  CHECK(ids("traceparent", trace).traceparent == trace);
  CHECK(ids("traceparent", trace).trace() == "0af7651916cd43dd8448eb211c80319c");
  for (const char* text : {"", "00", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                           "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"})
    CHECK(ids("traceparent", text).trace() == "");
}

TEST_CASE("Every route but the public ones needs a scope") {
  size_t open = 0;
  for (const Route& route : routes()) {
    if (route.needs != Needs::kNothing) continue;
    ++open;
    CHECK((route.path == "/" || route.path == "/openapi.json" || route.path.starts_with("/v2/health/")));
  }
  CHECK(open == 4);
  CHECK(routes().size() > 10);
}

TEST_CASE("Paths are matched segment by segment") {
  const RouteMatch match = match_route("POST", "/v1/models/credit/versions/3/predict");
  REQUIRE(match.route != nullptr);
  CHECK((match.route->action == Action::kPredictRows && match.model == "credit" && match.version == "3"));
  CHECK(match_route("HEAD", "/v2/health/live").route->action == Action::kLive);
  CHECK(match_route("GET", "/v1/predict").allowed == "POST");
  CHECK(match_route("DELETE", "/v2").allowed == "GET, HEAD");
  for (const char* path : {"", "v2", "/v2/", "//", "/v2//health", "/v2/models/", "/v2/models//ready", "/v2/models/a/b",
                           "/V2", "/v2/models/a/versions//ready"}) {
    const RouteMatch none = match_route("GET", path);
    CHECK((none.route == nullptr && none.allowed.empty()));
  }
}
