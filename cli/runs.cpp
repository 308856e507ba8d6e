#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "base/console.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "cli/verdict.h"
#include "io/output.h"
#include "metrics/metric.h"
#include "train/run_summary.h"

namespace mdl {
namespace {

struct RunsFlags {
  std::string folder = "runs", sort = "name", metric, format = "text";
  bool reverse = false;
  ProtectionFlags protection;
};

/// The best, newest and quickest first, or last; runs that have not what is sorted by come last. Of several metrics
/// each
/// has its runs together.
void sort_runs(std::vector<RunSummary>& runs, const std::string& by, std::optional<Metric> metric, bool reverse) {
  const double sign = reverse ? -1 : 1;
  const auto ranked = [&](std::optional<double> value) { return value ? sign * *value : INFINITY; };
  if (by == "score") {
    std::ranges::stable_sort(runs, {}, [&](const RunSummary& run) {
      const Metric shown = metric.value_or(run.metric);
      const auto score = score_of(run, shown);
      const double rank = ranked(score && higher_is_better(shown) ? -*score : score);
      return std::tuple(rank == INFINITY, shown, rank);
    });
  } else if (by == "time") {
    std::ranges::stable_sort(runs, {}, [&](const RunSummary& run) { return ranked(run.seconds); });
  } else if (by == "date") {
    std::ranges::stable_sort(runs, {},
                             [&](const RunSummary& run) { return -sign * static_cast<double>(run.modified); });
  } else if (reverse) {
    std::ranges::reverse(runs);
  }
}

int run_runs(const RunsFlags& flags) {
  std::optional<Metric> metric;
  if (!flags.metric.empty()) {
    metric = find_metric(flags.metric);
    if (!metric) wrong_flags("--metric {}: is no score; as in mdl evaluate, such as roc_auc or rmse", flags.metric);
  }
  apply(flags.protection);
  std::vector<RunSummary> runs = summaries_in(
      flags.folder, [](const std::string& line) { write_to_stderr(fmt::format("mdl: {}\n", line)); });
  if (runs.empty()) fail("{}: holds no run of mdl train", flags.folder);
  sort_runs(runs, flags.sort, metric, flags.reverse);
  write_file("-", flags.format == "json" ? runs_json(runs) : runs_text(runs, metric, output_style()));
  return 0;
}

}  // namespace

Run setup_runs(CLI::App& app) {
  const auto flags = std::make_shared<RunsFlags>();
  app.add_option("folder", flags->folder, "a folder with runs in it, or in its folders (default: runs)")
      ->type_name("DIR");
  app.add_option("--sort", flags->sort, "by name (default), score, time or date: the best, quickest, newest first")
      ->type_name("BY")
      ->check(CLI::IsMember({"name", "score", "time", "date"}));
  app.add_option("--metric", flags->metric, "show, and sort by, this score (default: each run's own)")
      ->type_name("METRIC");
  app.add_flag("--reverse", flags->reverse, "in the reverse order");
  app.add_option("--format", flags->format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  add_identity_flags(app, flags->protection);
  app.footer(
      "Scores are of the validation or out-of-fold rows; mdl compare tells which runs' rows are the same.\n\n"
      "Examples:\n"
      "  mdl runs\n"
      "  mdl runs experiments --metric roc_auc --sort score");
  return [flags] { return run_runs(*flags); };
}

}  // namespace mdl
