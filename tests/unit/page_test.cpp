#include "serve/page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "catch.h"
#include "parsed.h"
#include "serve/openapi.h"
#include "serve/routes.h"

using namespace mdl;

TEST_CASE("the page is small, and allows itself what it holds and nothing else") {
  CHECK(page().starts_with("<!doctype html>\n"));
  CHECK(page().ends_with("</html>\n"));
  CHECK(page().size() < 25'000);
  for (const char* word :
       {" style=", " onclick=", "innerHTML", "localStorage", "eval(", "<script src", "<img", "@import"})
    CHECK(page().find(word) == std::string_view::npos);
  const std::string& policy = page_security_policy();
  CHECK(policy.starts_with("default-src 'none'; style-src 'sha256-"));
  CHECK(policy.size() == std::string("default-src 'none'; style-src 'sha256-'; script-src 'sha256-'; img-src data:; "
                                     "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
                                 .size() +
                             88);
}

TEST_CASE("the OpenAPI document has the routes of the service, each with the errors that all have") {
  const nlohmann::json document = parsed(openapi_document());
  CHECK(document["openapi"] == "3.1.0");
  std::set<std::string> names, known, told;
  std::set<std::string_view> open_paths;
  for (const Route& route : routes()) {
    if (route.needs == Needs::kNothing) open_paths.insert(route.path);
    known.insert(fmt::format("{} {}", route.method, route.path));
  }
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      INFO(method << " " << path);
      CHECK(names.insert(operation["operationId"]).second);
      told.insert((method == "get" ? "GET " : "POST ") + path);
      for (const char* status : {"200", "400", "403", "405", "413", "421", "431", "503"})
        CHECK(operation["responses"].contains(status));
      CHECK(operation["responses"].contains("401") == !open_paths.contains(path));
      CHECK(operation.contains("security") == open_paths.contains(path));
    }
  }
  CHECK(told == known);
}
