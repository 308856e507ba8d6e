#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/compute.h"
#include "config/dump.h"
#include "config/load.h"
#include "train/run.h"

namespace mdl {
namespace {

bool is_config(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

LoadedConfig load(const TrainFlags& flags) {
  Overrides overrides{.set = flags.set};
  const bool config = is_config(flags.input);
  if (!config) {
    if (flags.target.empty()) fail("{}: is taken for a table, as it does not end in .yaml; --target COLUMN says what to predict", input_name(flags.input));
    overrides.flags.push_back({"DATA", "data.train", flags.input});
  }
  if (!flags.target.empty()) overrides.flags.push_back({"--target", "data.target", flags.target});
  if (!flags.output.empty()) overrides.flags.push_back({"--output", "output", flags.output});
  if (!flags.device.empty()) overrides.flags.push_back({"--device", "device", flags.device});
  if (flags.threads) overrides.flags.push_back({"--threads", "threads", fmt::format("{}", *flags.threads)});
  return config ? load_config(flags.input, overrides) : load_config(overrides);
}

}  // namespace

int run_train(const TrainFlags& flags) {
  const LoadedConfig loaded = load(flags);
  Talk talk(flags.quiet);
  const TrainOptions options{.config_text = dump_config(loaded, false), .portable_config = portable_config(loaded.config), .force = flags.force};
  const TrainResult result = train(loaded.config, options, talk);

  std::string text = text_report(result.validation);
  if (result.test) text += "\n" + text_report(*result.test);
  OutputFile output("-");
  output.write(text);
  output.commit();
  talk.line(fmt::format("{0}: model.safetensors, report.html, metrics.jsonl, config.yaml", result.folder));
  return 0;
}

}  // namespace mdl
