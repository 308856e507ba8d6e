#include "config/record_reader.h"

#include "base/error.h"
#include "catch.h"

namespace mdl {
namespace {

struct Tls {
  std::string certificate, client_ca;
};

struct Model {
  std::string name;
  double canary = 0;
};

struct Settings {
  std::vector<Model> models;
  std::optional<Tls> tls;
  std::optional<double> grace;
  uint16_t port = 8080;
  bool page = true;
  struct {
    size_t rows = 7;
  } limits;
};

const RecordOf<Tls> kTls{"tls",
                         {{"certificate", &Tls::certificate, Text{"a path"}, Need::kRequired},
                          {"client_ca", &Tls::client_ca, TextOrNone{"a path"}}}};
const RecordOf<Model> kModel{"a model",
                             {{"name", &Model::name, Text{"a name"}, Need::kRequired},
                              {"canary", &Model::canary, Float{.above = 0, .below = 1}}},
                             [](const Node& map, const Model& model, Problems& problems) {
                               if (model.name == "all")
                                 problems.report(*value_of(map, "name"), "no model is called all");
                             }};
size_t& rows_of(Settings& settings) { return settings.limits.rows; }

const RecordOf<Settings> kSettings{"the file",
                                   {{"models", &Settings::models, ListOfRecords<Model>{kModel, 1}, Need::kRequired},
                                    {"tls", &Settings::tls, kTls},
                                    {"grace", &Settings::grace, Float{.from = 0}},
                                    {"port", &Settings::port, Integer{.least = 0, .most = 65535}},
                                    {"page", &Settings::page, Boolean{}},
                                    {"rows", rows_of, Integer{.least = 1}}}};

Settings read(std::string_view text) { return read_record(text, "s.yaml", kSettings); }

std::string error_of(std::string_view text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("records are read with those that they hold; what is not given keeps its default") {
  const Settings settings = read(
      "models: [{name: a}, {name: b, canary: 0.25}]\n"
      "tls:\n  certificate: c.pem\n"
      "grace: null\nport: 65535\npage: false\nrows: 9\n");
  REQUIRE(settings.models.size() == 2);
  CHECK(settings.models[0].name == "a");
  CHECK(settings.models[1].canary == 0.25);
  CHECK(settings.tls->certificate == "c.pem");
  CHECK(!settings.grace);
  CHECK(settings.port == 65535);
  CHECK(!settings.page);
  CHECK(settings.limits.rows == 9);
  const Settings least = read("models: [{name: a}]");
  CHECK(!least.tls);
  CHECK(least.port == 8080);
  CHECK(least.limits.rows == 7);
}

TEST_CASE("all mistakes of a file are told at once, each where it stands") {
  CHECK(error_of("models:\n"
                 "- nam: a\n"
                 "- all\n"
                 "- name: all\n"
                 "  canary: 1\n"
                 "tls: {certificate: [], certificate: x, key: y}\n"
                 "port: 65536\n"
                 "page: maybe\n"
                 "[x]: 1\n") ==
        "s.yaml:2:3: unknown key 'nam'; did you mean 'name'?\n"
        "s.yaml:2:3: a model has no name\n"
        "s.yaml:3:3: expected a model as keys with values, such as 'name:', found 'all'\n"
        "s.yaml:5:3: canary: expected a number above 0 and below 1, found '1'\n"
        "s.yaml:4:9: no model is called all\n"
        "s.yaml:6:7: certificate: expected a path, found a list\n"
        "s.yaml:6:24: repeated key 'certificate'; it stands on line 6 already\n"
        "s.yaml:6:40: unknown key 'key'; the keys are certificate and client_ca\n"
        "s.yaml:7:1: port: expected a whole number from 0 to 65535, found '65536'\n"
        "s.yaml:8:1: page: expected true or false, found 'maybe'\n"
        "s.yaml:9:1: a list stands where a key is expected");
  CHECK(error_of("") == "s.yaml:1:1: the file has no models");
  CHECK(error_of("models: []") == "s.yaml:1:9: expected a list of at least 1, found 0");
  CHECK(error_of("models: {name: a}") == "s.yaml:1:9: expected a list, each item a model with its keys, found a map");
  CHECK(error_of("- models") == "s.yaml:1:1: expected the file as keys with values, such as 'models:', found a list");
  CHECK(error_of("models: [") == "s.yaml:1:9: a list is opened with '[' here and never closed");
}

TEST_CASE("of very many mistakes the first are told, and how many there are") {
  std::string text = "models: [{name: a}]\n";
  for (int i = 0; i < 60; ++i) text += fmt::format("zzz{}: 1\n", i);
  const std::string told = error_of(text);
  CHECK(told.ends_with("\nand 10 more problems"));
  CHECK(std::ranges::count(told, '\n') == 50);
}

}  // namespace
}  // namespace mdl
