#include "report/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/console.h"
#include "base/counted.h"
#include "base/text.h"
#include "report/formatting.h"
#include "report/html_parts.h"
#include "report/svg.h"
#include "report/table_text.h"
#include "report/tables.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

constexpr size_t kWidestPath = 36, kWidestCell = 28, kHashDigits = 12;

const Judgement* judgement(const RunSummary& run, const std::string& name) {
  const auto found = std::ranges::find(run.judgements, name, &Judgement::name);
  return found == run.judgements.end() ? nullptr : &*found;
}

/// The paths as columns are called; of a run's model that of the run.
std::vector<std::string> names_of(const std::vector<RunSummary>& runs) {
  constexpr std::string_view kModel = "/model.safetensors";
  std::vector<std::string> names;
  for (const RunSummary& run : runs) {
    std::string name = run.path;
    if (name.ends_with(kModel)) name.resize(name.size() - kModel.size());
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    names.push_back(path_text(name, kWidestPath));
  }
  return names;
}

std::string input_text(const RunInput& input) {
  return fmt::format("{}, {}{}", path_text(input.path, kWidestCell), counted(input.rows, "row"),
                     input.sha256.empty() ? "" : ", SHA-256 " + input.sha256.substr(0, kHashDigits));
}

/// What a run is, by name; every run has each of them.
std::vector<std::pair<std::string, std::string>> facts_of(const RunSummary& run) {
  std::vector<std::pair<std::string, std::string>> facts = {
      {"target", fmt::format("{}, {}", label_text(run.target, kWidestCell), name_of(run.task))},
      {"classes", join_names(run.classes)},
      {"features", grouped(run.features)},
      {"training rows", grouped(run.training_rows)},
      {"network", run.network},
      {"parameters", grouped(run.parameters)},
      {"epoch", grouped(run.epoch)}};
  for (const char* key : {"data.train", "data.validation", "data.test"}) {
    std::vector<std::string> inputs;
    for (const RunInput& input : run.inputs) {
      if (input.key == key) inputs.push_back(input_text(input));
    }
    facts.emplace_back(key, join_names(inputs));
  }
  return facts;
}

/// In the order of a report.
std::vector<Metric> metrics_of(const std::vector<RunSummary>& runs, const std::string& name) {
  Report report{.task = runs.front().task, .metric = runs.front().metric};
  report.classes = runs.front().classes;
  std::map<Metric, double> all;
  for (const RunSummary& run : runs) {
    if (const Judgement* one = judgement(run, name)) all.insert(one->scores.begin(), one->scores.end());
  }
  report.scores.assign(all.begin(), all.end());
  std::vector<Metric> metrics = leading_metrics(report);
  const std::vector<Metric> further = further_metrics(report);
  metrics.insert(metrics.end(), further.begin(), further.end());
  return metrics;
}

/// The run with the best score, where one is better than all others.
std::optional<size_t> best_of(const std::vector<RunSummary>& runs, const std::string& name, Metric metric) {
  std::optional<size_t> best;
  double best_score = 0;
  bool tie = false;
  for (size_t i = 0; i < runs.size(); ++i) {
    const Judgement* one = judgement(runs[i], name);
    const auto score = one == nullptr ? std::nullopt : mdl::score_of(one->scores, metric);
    if (!score) continue;
    const double value = higher_is_better(metric) ? *score : -*score;
    tie = best && value == best_score;
    if (!best || value > best_score) {
      best = i;
      best_score = value;
    }
  }
  return tie ? std::nullopt : best;
}

ReportTable runs_table(const std::vector<RunSummary>& runs) {
  ReportTable table{.heading = "Runs", .columns = {"run", "date", "time", "model file"}, .words = 1};
  const std::vector<std::string> names = names_of(runs);
  for (size_t i = 0; i < runs.size(); ++i) {
    table.rows.push_back({names[i], runs[i].date, runs[i].seconds ? duration(*runs[i].seconds) : "-",
                          fmt::format("{} bytes", grouped(runs[i].bytes))});
  }
  return table;
}

ReportTable differences_table(const std::vector<RunSummary>& runs, size_t width) {
  ReportTable table{.heading = "What differs", .columns = names_of(runs), .words = runs.size()};
  table.columns.insert(table.columns.begin(), "setting");
  for (const auto& [name, values] : differences_of(runs)) {
    table.rows.push_back({name});
    for (const std::string& value : values) table.rows.back().push_back(cut(printable(value), width));
  }
  return table;
}

/// The scores, those of runs on the same rows ranked.
ReportTable scores_table(const std::vector<RunSummary>& runs, const Ranking& ranking, bool intervals) {
  ReportTable table{.heading = fmt::format("Scores: {}", ranking.name), .columns = {"score"}};
  const std::vector<std::string> names = names_of(runs);
  for (const std::string& name : names) {
    table.columns.push_back(name);
    if (intervals) table.columns.push_back("95 % interval");
  }
  for (const Metric metric : metrics_of(runs, ranking.name)) {
    const auto best = ranking.ranked ? best_of(runs, ranking.name, metric) : std::nullopt;
    std::vector<std::string> row = {name_of(metric)};
    for (size_t i = 0; i < runs.size(); ++i) {
      const Judgement* one = judgement(runs[i], ranking.name);
      row.push_back(one == nullptr ? "-"
                                   : score_text(one->scores, metric) + (best == i        ? " *"
                                                                        : ranking.ranked ? "  "
                                                                                         : ""));
      if (intervals) row.push_back(interval_text(one == nullptr ? std::nullopt : interval_of(one->intervals, metric)));
    }
    table.rows.push_back(std::move(row));
  }
  const Judgement* first = judgement(runs.front(), ranking.name);
  if (ranking.ranked && first != nullptr)
    table.notes.push_back(fmt::format("All on the same {}; * is the best.", counted(first->rows, "row")));
  if (!ranking.ranked) table.notes.push_back(ranking.why);
  return table;
}

/// In pairs, where the rows were predicted here.
ReportTable paired_table(const std::vector<RunSummary>& runs, const std::string& name) {
  ReportTable table{.heading = fmt::format("Less the scores of {}", names_of(runs).front()), .columns = {"score"}};
  const std::vector<std::string> names = names_of(runs);
  for (size_t i = 1; i < runs.size(); ++i) table.columns.insert(table.columns.end(), {names[i], "95 % interval"});
  const Judgement* first = judgement(runs.front(), name);
  for (const Metric metric : metrics_of(runs, name)) {
    std::vector<std::string> row = {name_of(metric)};
    bool any = false;
    for (size_t i = 1; i < runs.size(); ++i) {
      const Judgement* one = judgement(runs[i], name);
      const auto interval = one == nullptr ? std::nullopt : interval_of(one->differences, metric);
      std::string difference = "-";
      if (interval && first != nullptr) {
        const double value = mdl::score_of(one->scores, metric).value_or(0) -
                             mdl::score_of(first->scores, metric).value_or(0);
        difference = (value >= 0 ? "+" : "") + score_text(value);
      }
      row.push_back(difference);
      row.push_back(interval_text(interval));
      any = any || interval;
    }
    if (any) table.rows.push_back(std::move(row));
  }
  table.notes.emplace_back("In pairs, row by row; an interval without 0 in it tells the two apart.");
  return table;
}

/// The tables of a comparison, each in its forms, widest first.
std::vector<std::vector<ReportTable>> comparison_tables(const std::vector<RunSummary>& runs) {
  std::vector<std::vector<ReportTable>> tables = {{runs_table(runs)}};
  for (const Ranking& ranking : rankings_of(runs)) {
    tables.push_back({scores_table(runs, ranking, true), scores_table(runs, ranking, false)});
    tables.push_back({paired_table(runs, ranking.name)});
  }
  tables.emplace_back();
  for (const size_t width : {40, 24, 16, 12}) tables.back().push_back(differences_table(runs, width));
  return tables;
}

ordered_json scores_json(const Scores& scores) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, value] : scores) out[name_of(metric)] = value;
  return out;
}

ordered_json intervals_json(const Intervals& intervals) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, interval] : intervals)
    out[name_of(metric)] = {{"low", interval.low}, {"high", interval.high}};
  return out;
}

ordered_json run_json(const RunSummary& run) {
  if (!run.finished) {
    ordered_json out = {
        {"path", printable(run.path)}, {"finished", false}, {"date", run.date}, {"target", printable(run.target)}};
    for (const auto& [key, value] : run.config) out["config"][key] = printable(value);
    return out;
  }
  ordered_json out = {{"path", printable(run.path)},     {"finished", run.finished},  {"date", run.date},
                      {"target", printable(run.target)}, {"task", name_of(run.task)}, {"metric", name_of(run.metric)}};
  for (const RunInput& input : run.inputs)
    out["inputs"].push_back(
        {{"key", input.key}, {"path", printable(input.path)}, {"sha256", input.sha256}, {"rows", input.rows}});
  out["training_rows"] = run.training_rows;
  out["validation_rows"] = run.validation_rows;
  out["features"] = run.features;
  out["network"] = run.network;
  out["parameters"] = run.parameters;
  out["bytes"] = run.bytes;
  out["epoch"] = run.epoch;
  if (run.seconds) out["seconds"] = *run.seconds;
  for (const auto& [key, value] : run.config) out["config"][key] = printable(value);
  out["scores"] = ordered_json::object();
  for (const Judgement& one : run.judgements) {
    ordered_json& to = out["scores"][printable(one.name)] = {
        {"rows", one.rows}, {"metrics", scores_json(one.scores)}, {"intervals", intervals_json(one.intervals)}};
    if (!one.differences.empty()) to["differences_to_first"] = intervals_json(one.differences);
  }
  return out;
}

}  // namespace

std::optional<double> score_of(const RunSummary& run, std::optional<Metric> metric) {
  return run.judgements.empty() ? std::nullopt
                                : mdl::score_of(run.judgements.front().scores, metric.value_or(run.metric));
}

std::vector<Ranking> rankings_of(const std::vector<RunSummary>& runs) {
  std::vector<std::string> names;
  for (const RunSummary& run : runs) {
    for (const Judgement& one : run.judgements) {
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
    }
  }
  std::vector<Ranking> rankings;
  for (const std::string& name : names) {
    if (std::ranges::count_if(runs, [&](const RunSummary& run) { return judgement(run, name) != nullptr; }) < 2)
      continue;
    std::vector<std::string> on;
    size_t count = 0;
    bool same = true, known = true;
    const Judgement* first = nullptr;
    for (const RunSummary& run : runs) {
      const Judgement* one = judgement(run, name);
      if (one == nullptr) continue;
      ++count;
      if (first == nullptr) first = one;
      known = known && !one->same_rows.empty();
      same = same && one->same_rows == first->same_rows;
      on.push_back(fmt::format("{} on {}", path_text(run.path, kWidestPath), counted(one->rows, "row")));
    }
    const bool alike = std::ranges::all_of(runs, [&](const RunSummary& run) {
      return run.target == runs.front().target && run.task == runs.front().task && run.classes == runs.front().classes;
    });
    Ranking ranking{.name = name, .ranked = count == runs.size() && same && known && alike};
    if (!alike) {
      ranking.why = "These runs do not predict the same, so they are not ranked.";
    } else if (count < runs.size()) {
      ranking.why =
          "Not all of them were judged so, and they are not ranked; --data TABLE scores all on the same rows.";
    } else if (!known) {
      ranking.why =
          "Of a model alone it is not known on which rows, so they are not ranked; --data TABLE scores all on the "
          "same.";
    } else if (!same) {
      ranking.why = fmt::format(
          "Judged on different rows ({}), so they are not ranked; --data TABLE scores all on the same.",
          join_names(on));
    }
    rankings.push_back(std::move(ranking));
  }
  return rankings;
}

std::vector<std::pair<std::string, std::vector<std::string>>> differences_of(const std::vector<RunSummary>& runs) {
  std::vector<std::string> order;
  std::vector<std::vector<std::pair<std::string, std::string>>> all;
  for (const RunSummary& run : runs) {
    all.push_back(facts_of(run));
    all.back().insert(all.back().end(), run.config.begin(), run.config.end());
    for (const auto& [name, value] : all.back()) {
      if (std::ranges::find(order, name) == order.end()) order.push_back(name);
    }
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> differences;
  for (const std::string& name : order) {
    std::vector<std::string> values;
    for (const auto& facts : all) {
      const auto found = std::ranges::find(facts, name, &std::pair<std::string, std::string>::first);
      values.push_back(found == facts.end() || found->second.empty() ? "-" : found->second);
    }
    if (std::ranges::adjacent_find(values, std::not_equal_to()) != values.end()) differences.emplace_back(name, values);
  }
  return differences;
}

std::string comparison_text(const std::vector<RunSummary>& runs, const TextStyle& style) {
  std::string out;
  for (const std::vector<ReportTable>& forms : comparison_tables(runs)) out += table_text(forms, style);
  return out.substr(std::min<size_t>(1, out.size()));
}

std::string comparison_json(const std::vector<RunSummary>& runs) {
  ordered_json out = {
      {"runs", ordered_json::array()}, {"differences", ordered_json::object()}, {"scores", ordered_json::object()}};
  for (const RunSummary& run : runs) out["runs"].push_back(run_json(run));
  for (const auto& [name, values] : differences_of(runs)) {
    for (const std::string& value : values) out["differences"][name].push_back(printable(value));
  }
  for (const Ranking& ranking : rankings_of(runs)) {
    ordered_json& to = out["scores"][printable(ranking.name)] = {{"ranked", ranking.ranked}};
    if (!ranking.ranked) to["why"] = printable(ranking.why);
    for (const Metric metric : metrics_of(runs, ranking.name)) {
      const auto best = ranking.ranked ? best_of(runs, ranking.name, metric) : std::nullopt;
      if (best) to["best"][name_of(metric)] = printable(runs[*best].path);
    }
  }
  return out.dump(2) + "\n";
}

std::string comparison_page(const std::vector<RunSummary>& runs) {
  const std::string title = fmt::format("{} compared", counted(static_cast<int64_t>(runs.size()), "run"));
  std::string out = page_start(title) + fmt::format("<header>\n<h1>{}</h1>\n</header>\n<main>\n", title);
  for (const std::vector<ReportTable>& forms : comparison_tables(runs)) out += section(forms.front());
  return printable_lines(out + "</main>\n</body>\n</html>\n");
}

std::string runs_text(const std::vector<RunSummary>& runs, std::optional<Metric> metric, const TextStyle& style) {
  const auto table = [&](bool wide) {
    ReportTable table{.columns = {"run", "target", "metric"}, .words = 2};
    const std::vector<const char*> numbers = wide ? std::vector<const char*>{"score", "test", "rows",
                                                                             "epoch", "time", "date"}
                                                  : std::vector<const char*>{"score", "test", "date"};
    table.columns.insert(table.columns.end(), numbers.begin(), numbers.end());
    const std::vector<std::string> names = names_of(runs);
    for (size_t i = 0; i < runs.size(); ++i) {
      const RunSummary& run = runs[i];
      const Metric shown = metric.value_or(run.metric);
      const Judgement* test = judgement(run, "test");
      std::vector<std::string> row = {names[i], label_text(run.target, kWidestCell),
                                      run.finished ? name_of(shown) : "-",
                                      run.finished ? score_text(score_of(run, shown)) : "unfinished",
                                      test == nullptr ? "-" : score_text(test->scores, shown)};
      if (wide) {
        row.insert(row.end(),
                   {grouped(run.training_rows), grouped(run.epoch), run.seconds ? duration(*run.seconds) : "-"});
      }
      row.push_back(run.date);
      table.rows.push_back(std::move(row));
    }
    return table;
  };
  const std::string out = table_text({table(true), table(false)}, style);
  return out.substr(std::min<size_t>(1, out.size()));
}

std::string runs_json(const std::vector<RunSummary>& runs) {
  ordered_json out = {{"runs", ordered_json::array()}};
  for (const RunSummary& run : runs) out["runs"].push_back(run_json(run));
  return out.dump(2) + "\n";
}

}  // namespace mdl
