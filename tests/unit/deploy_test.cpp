// The examples in configs/deploy, as far as they can be read here; tests/cli/serve-deploy.sh runs what runs.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "io/input.h"
#include "parsed.h"
#include "serve/openapi.h"

using namespace mdl;

namespace {

std::string example(const std::string& name) { return read_file(MDL_SOURCE_DIR "/configs/deploy/" + name, 1 << 20); }

std::vector<std::string> probes_of(const YAML::Node& container) {
  std::vector<std::string> paths;
  for (const char* probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
    if (const YAML::Node found = container[probe]) paths.push_back(found["httpGet"]["path"].as<std::string>());
  }
  return paths;
}

std::string kinds_in(const std::string& name) {
  std::string kinds;
  for (const YAML::Node& document : YAML::LoadAll(example(name))) kinds += document["kind"].as<std::string>() + " ";
  return kinds;
}

}  // namespace

TEST_CASE("the manifests are YAML, and their probes are routes that need no token") {
  CHECK(kinds_in("kubernetes.yaml") == "Deployment Service PodDisruptionBudget ");
  CHECK(kinds_in("kserve.yaml") == "ServingRuntime InferenceService ");
  const YAML::Node pod = YAML::LoadAll(example("kubernetes.yaml"))[0]["spec"]["template"]["spec"];
  const YAML::Node runtime = YAML::LoadAll(example("kserve.yaml"))[0]["spec"];
  const nlohmann::json routes = parsed(openapi_document())["paths"];
  CHECK(probes_of(pod["containers"][0]).size() == 3);
  CHECK(probes_of(runtime["containers"][0]).size() == 1);
  for (const YAML::Node& of : {pod, runtime}) {
    const YAML::Node container = of["containers"][0];
    for (const std::string& path : probes_of(container)) CHECK(routes.at(path)["get"]["security"].empty());
    CHECK(container["securityContext"]["readOnlyRootFilesystem"].as<bool>());
    for (const YAML::Node& mount : container["volumeMounts"]) CHECK(mount["readOnly"].as<bool>());
  }
  CHECK(pod["terminationGracePeriodSeconds"].as<int>() == 30);
}

TEST_CASE("the dashboard asks for metrics in expressions that are whole") {
  const nlohmann::json dashboard = parsed(example("grafana.json"));
  size_t targets = 0;
  for (const nlohmann::json& panel : dashboard["panels"]) {
    for (const nlohmann::json& target : panel["targets"]) {
      const std::string text = target["expr"];
      INFO(text);
      CHECK(std::ranges::count(text, '(') == std::ranges::count(text, ')'));
      CHECK(text.find("mdl_") != std::string::npos);
      ++targets;
    }
  }
  CHECK(targets == 13);
}
