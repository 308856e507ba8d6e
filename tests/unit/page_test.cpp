#include "serve/page.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "catch.h"
#include "serve/openapi.h"

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

TEST_CASE("each operation of the OpenAPI document has a name and the errors that all have") {
  const nlohmann::json document = nlohmann::json::parse(openapi_document());
  CHECK(document["openapi"] == "3.1.0");
  std::set<std::string> names;
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      INFO(method << " " << path);
      CHECK(names.insert(operation["operationId"]).second);
      for (const char* status : {"200", "400", "403", "405", "413", "421", "431", "503"})
        CHECK(operation["responses"].contains(status));
      const bool open = operation.contains("security");
      CHECK(operation["responses"].contains("401") == !open);
    }
  }
  CHECK(names.size() == 17);
}
