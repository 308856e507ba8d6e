#include "config/option_types.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>

#include "base/encoding.h"
#include "base/error.h"
#include "crypto/age_keys.h"

namespace mdl {
namespace {

/// What may stand between fields or around them: nothing that numbers and names are made of.
bool is_punctuation(char c) {
  return std::ispunct(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
}

constexpr const char* kIsoOrder = "iso";  // of dates like 2024-05-31

bool is_text(const Node& node) { return node.kind == Node::Kind::kScalar && !node.text.empty(); }

std::optional<int64_t> whole_number(const Node& node) {
  if (node.kind != Node::Kind::kScalar || !node.plain) return {};
  int64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (error != std::errc() || stop != end) return {};
  return value;
}

std::optional<double> number(const Node& node) {
  if (node.kind != Node::Kind::kScalar || !node.plain) return {};
  return parse_number(node.text);
}

}  // namespace

std::string found(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return node.text.empty() ? "nothing" : "null";
    case Node::Kind::kScalar: return quote(node.text) + (node.plain || node.text.empty() ? "" : " in quotes");
    case Node::Kind::kList: return "a list";
    case Node::Kind::kMap: return "a map";
  }
  return "";
}

std::string Integer::expected() const {
  if (most) return fmt::format("a whole number from {} to {}", least, *most);
  return fmt::format("a whole number of at least {}", least);
}

std::string Integer::read(const Node& node, int64_t& value) const {
  const auto given = whole_number(node);
  if (!given || *given < least || *given > most.value_or(INT64_MAX)) return found(node);
  value = *given;
  return "";
}

std::string Integer::write(int64_t value) const { return fmt::format("{}", value); }

std::string EpochCount::expected() const { return "auto, or " + Integer{.least = 1, .most = most}.expected(); }

std::string EpochCount::read(const Node& node, int64_t& value) const {
  if (node.kind == Node::Kind::kScalar && node.plain && node.text == "auto") {
    value = kAutoEpochs;
    return "";
  }
  return Integer{.least = 1, .most = most}.read(node, value);
}

std::string EpochCount::write(int64_t value) const { return value == kAutoEpochs ? "auto" : fmt::format("{}", value); }

std::string Float::expected() const {
  std::string bounds;
  const auto add = [&](const char* words, const std::optional<double>& bound) {
    if (bound) bounds += fmt::format("{} {} {}", bounds.empty() ? "" : " and", words, shortest(*bound));
  };
  add("above", above);
  add("of at least", from);
  add("below", below);
  add("at most", to);
  return "a number" + bounds;
}

std::string Float::read(const Node& node, double& value) const {
  const auto given = number(node);
  const bool fits = given && (!above || *given > *above) && (!from || *given >= *from) && (!below || *given < *below) &&
                    (!to || *given <= *to);
  if (!fits) return found(node);
  value = *given;
  return "";
}

std::string Float::write(double value) const {
  std::string out = shortest(value);
  // YAML 1.1 readers take 1e-05 for a text, 1.0e-05 for a number.
  if (const size_t e = out.find('e'); e != std::string::npos && out.find('.') == std::string::npos) out.insert(e, ".0");
  return out;
}

std::string Boolean::read(const Node& node, bool& value) const {
  if (node.kind != Node::Kind::kScalar || !node.plain || (node.text != "true" && node.text != "false"))
    return found(node);
  value = node.text == "true";
  return "";
}

std::string Text::read(const Node& node, std::string& value) const {
  if (!is_text(node)) return found(node);
  value = node.text;
  return "";
}

std::string ServerUri::read(const Node& node, std::string& value) const {
  std::string uri;
  if (std::string problem = TextOrNone().read(node, uri); !problem.empty()) return problem;
  const bool http = uri.starts_with("http://") || uri.starts_with("https://");
  if (!uri.empty() && (!http || uri.find_first_of("@?# ") != std::string::npos)) return quote(uri);
  value = std::move(uri);
  return "";
}

std::string Recipient::read(const Node& node, std::string& value) const {
  if (!is_text(node)) return found(node);
  try {
    value = parse_age_recipient(node.text, "").text();
  } catch (const Error&) {
    return found(node);
  }
  return "";
}

std::string TextOrNone::read(const Node& node, std::string& value) const {
  if (node.kind != Node::Kind::kNull && node.kind != Node::Kind::kScalar) return found(node);
  value = node.kind == Node::Kind::kNull ? "" : node.text;
  return "";
}

std::string Spelling::read(const Node& node, std::string& value) const {
  if (node.kind != Node::Kind::kNull && node.kind != Node::Kind::kScalar) return found(node);
  value = node.text;
  return "";
}

std::string Device::read(const Node& node, std::string& value) const {
  if (!is_text(node)) return found(node);
  const std::string& text = node.text;
  const bool numbered = text.starts_with("cuda:") && text.size() > 5 && text.size() <= 8 &&
                        text.find_first_not_of("0123456789", 5) == std::string::npos;
  if (text != "auto" && text != "cpu" && text != "cuda" && !numbered) return found(node);
  value = text;
  return "";
}

namespace {

constexpr std::pair<std::string_view, int64_t> kByteUnits[] = {{"TB", 1'000'000'000'000}, {"GB", 1'000'000'000},
                                                               {"MB", 1'000'000},         {"TiB", int64_t{1} << 40},
                                                               {"GiB", 1 << 30},          {"MiB", 1 << 20}};

}  // namespace

std::string ByteSize::read(const Node& node, int64_t& value) const {
  if (node.kind != Node::Kind::kScalar) return found(node);
  if (node.text == "auto") {
    value = 0;
    return "";
  }
  constexpr double kMost = 1e15;
  for (const auto& [unit, bytes] : kByteUnits) {
    if (!node.text.ends_with(unit)) continue;
    const auto number = parse_number(std::string_view(node.text).substr(0, node.text.size() - unit.size()));
    const double size = number.value_or(0) * static_cast<double>(bytes);
    if (!(size >= 1e6 && size <= kMost)) break;
    value = static_cast<int64_t>(size);
    return "";
  }
  return found(node);
}

std::string ByteSize::write(int64_t value) const {
  if (value == 0) return "auto";
  for (const auto& [unit, bytes] : kByteUnits) {
    if (value % bytes == 0) return fmt::format("{}{}", value / bytes, unit);
  }
  return shortest(static_cast<double>(value) / 1e6) + "MB";
}

std::string ValidationRows::read(const Node& node, Validation& value) const {
  Validation out;
  if (number(node)) {
    if (const std::string problem = fraction().read(node, out.fraction); !problem.empty()) return problem;
  } else if (const std::string problem = Text().read(node, out.path); !problem.empty()) {
    return problem;
  }
  value = out;
  return "";
}

std::string ValidationRows::write(const Validation& value) const {
  return value.path.empty() ? fraction().write(value.fraction) : yaml_text(value.path);
}

std::string TimeGapKind::read(const Node& node, TimeGap& value) const {
  TimeGap out;
  std::string text = node.kind == Node::Kind::kScalar && node.plain ? node.text : "";
  if (!text.empty() && std::string_view("hdw").find(text.back()) != std::string_view::npos) {
    out.unit = text.back();
    text.pop_back();
  }
  const auto length = parse_number(text);
  if (!length || *length < 0) return found(node);
  out.length = *length;
  value = out;
  return "";
}

std::string TimeGapKind::write(const TimeGap& value) const {
  return shortest(value.length) + (value.unit == '\0' ? "" : std::string(1, value.unit));
}

std::string SplitKind::read(const Node& node, SplitBy& value) const {
  SplitBy out;
  if (node.kind != Node::Kind::kNull) {
    if (node.kind != Node::Kind::kMap) return found(node);
    if (node.items.empty()) return "an empty map";
    std::set<std::string> keys;
    for (size_t i = 0; i < node.items.size(); i += 2) {
      const std::string& key = node.items[i].text;
      const Node& setting = node.items[i + 1];
      const bool column = key == "group" || key == "time";
      if (!column && key != "folds" && key != "gap") return "the key " + quote(key);
      if (!keys.insert(key).second) return quote(key) + " twice";
      const std::string problem = column           ? Text().read(setting, key == "group" ? out.group : out.time)
                                  : key == "folds" ? Integer{.least = 2, .most = 64}.read(setting, out.folds)
                                                   : TimeGapKind().read(setting, out.gap);
      if (!problem.empty()) return problem + (column ? " as the column" : " as " + key);
    }
    if (out.time.empty() && keys.size() > 1) return "no time beside " + quote(*keys.begin());
    if (out.time.empty() && out.group.empty()) return quote(*keys.begin()) + " without time";
  }
  value = out;
  return "";
}

std::string SplitKind::write(const SplitBy& value) const {
  std::vector<std::string> settings;
  const auto add = [&](const char* key, const std::string& text) {
    settings.push_back(fmt::format("{}: {}", key, text));
  };
  if (!value.group.empty()) add("group", yaml_text(value.group));
  if (!value.time.empty()) add("time", yaml_text(value.time));
  if (value.folds > 0) add("folds", fmt::format("{}", value.folds));
  if (value.gap.length > 0) add("gap", TimeGapKind().write(value.gap));
  return settings.empty() ? "null" : fmt::format("{{{}}}", fmt::join(settings, ", "));
}

Mark Mark::delimiter() {
  return {"tab or one character that is no letter, digit or quote", [](char c) {
            return c == ' ' || c == '\t' ||
                   (is_punctuation(c) && std::string_view("\".-+'").find(c) == std::string::npos);
          }};
}

Mark Mark::quote() {
  return {"one character such as ', or none",
          [](char c) { return is_punctuation(c) && c != ',' && c != ';' && c != '|'; },
          /*none=*/true};
}

Mark Mark::comment() {
  return {"one character such as #, or none", [](char c) { return is_punctuation(c) && c != '"' && c != ','; },
          /*none=*/true};
}

Mark Mark::separator() {
  return {"one character such as ;", [](char c) { return c == ' ' || c == '\t' || is_punctuation(c); }};
}

Mark Mark::decimal() {
  return {"'.' or ','", [](char c) { return c == '.' || c == ','; }};
}

std::optional<char> Mark::parse(std::string_view text) const {
  if (none && text == "none") return '\0';
  if (text == "tab" || text == "\\t") text = "\t";
  if (text.size() != 1 || !takes(text[0])) return std::nullopt;
  return text[0];
}

std::string Mark::read(const Node& node, char& value) const {
  const auto mark = node.kind == Node::Kind::kScalar ? parse(node.text) : std::nullopt;
  if (!mark) return found(node);
  value = *mark;
  return "";
}

std::string Mark::name(char value) { return value == '\0' ? "none" : value == '\t' ? "tab" : std::string(1, value); }

std::string Word::expected() const {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(yaml_text(word));
  return "one of " + join_names(quoted, quoted.size());
}

std::string Word::read(const Node& node, std::string& value) const {
  if (node.kind != Node::Kind::kScalar || std::ranges::find(words, node.text) == words.end()) return found(node);
  value = node.text;
  return "";
}

std::string Encoding::read(const Node& node, std::string& value) const {
  if (node.kind != Node::Kind::kScalar || !is_known_encoding(node.text)) return found(node);
  value = node.text;
  return "";
}

std::string ClassWeightsKind::read(const Node& node, ClassWeights& value) const {
  ClassWeights out;
  if (node.kind == Node::Kind::kScalar && node.text == "balanced") {
    out.balanced = true;
  } else if (node.kind != Node::Kind::kScalar || node.text != "none") {
    const MapOf weights{"classes", Float{.above = 0}};
    if (const std::string problem = weights.read(node, out.by_class); !problem.empty()) return problem;
    if (out.by_class.empty()) return "an empty map";
  }
  value = std::move(out);
  return "";
}

std::string ClassWeightsKind::write(const ClassWeights& value) const {
  if (value.balanced || value.by_class.empty()) return value.balanced ? "balanced" : "none";
  return MapOf{"classes", Float{}}.write(value.by_class);
}

std::string Quantiles::read(const Node& node, std::vector<double>& values) const {
  std::vector<double> found_values;
  if (std::string problem = ListOf<Float>{.item = {.above = 0, .below = 1}, .least = 1, .most = 99}.read(node,
                                                                                                         found_values);
      !problem.empty())
    return problem;
  const std::string whole = write(found_values);
  if (std::ranges::adjacent_find(found_values, std::greater_equal()) != found_values.end())
    return whole + ", which does not ascend";
  const auto distance = [](double quantile) { return std::abs(quantile - 0.5); };
  const double nearest = distance(*std::ranges::min_element(found_values, {}, distance));
  constexpr double kSame = 1e-9;
  if (std::ranges::count_if(found_values, [&](double q) { return distance(q) < nearest + kSame; }) > 1)
    return whole + ", of which two are the nearest to 0.5; add 0.5";
  values = std::move(found_values);
  return "";
}

std::string Quantiles::write(const std::vector<double>& values) const { return ListOf<Float>{}.write(values); }

namespace {

std::string read_set(const Node& settings, ColumnType& value) {
  if (settings.kind != Node::Kind::kMap || settings.items.size() != 2 || settings.items[0].text != "separator")
    return found(settings) + " as set";
  ColumnType set(ColumnKind::kSet);
  if (const std::string problem = Mark::separator().read(settings.items[1], set.separator); !problem.empty())
    return problem + " as separator";
  value = set;
  return "";
}

}  // namespace

std::string ColumnTypeKind::read(const Node& node, ColumnType& value) const {
  if (node.kind != Node::Kind::kMap) {
    const std::string problem = OneOf{kColumnKindNames}.read(node, value.kind);
    if (problem.empty()) value = value.kind;
    return problem;
  }
  if (node.items.size() != 2) return fmt::format("a map of {} keys", node.items.size() / 2);
  if (node.items[0].text == "set") return read_set(node.items[1], value);
  if (node.items[0].text != "numeric") return "the key " + quote(node.items[0].text);
  const Node& settings = node.items[1];
  if (settings.kind != Node::Kind::kMap || settings.items.empty()) return found(settings) + " as numeric";
  NumberForm form;
  std::string decimal = ".";
  std::set<std::string> keys;
  for (size_t i = 0; i < settings.items.size(); i += 2) {
    const std::string& key = settings.items[i].text;
    const Node& setting = settings.items[i + 1];
    if (key == "missing") {
      const ListOf<Text> words{.item = {"a text"}, .least = 1};
      if (!form.missing.empty()) return quote(key) + " twice";
      if (const std::string problem = words.read(setting, form.missing); !problem.empty())
        return problem + " as missing";
      continue;
    }
    const bool date = key == "date", time = key == "time",
               spelled = key == "decimal" || key == "thousands" || key == "unit";
    if (!date && !time && !spelled) return "the key " + quote(key) + " under numeric";
    const NumberForm::Kind kind = date   ? NumberForm::Kind::kDate
                                  : time ? NumberForm::Kind::kTime
                                         : NumberForm::Kind::kSpelled;
    if (!keys.insert(key).second) return quote(key) + " twice";
    if (keys.size() > 1 && kind != form.kind)
      return fmt::format("the key {} beside {}", quote(key),
                         quote(*std::ranges::find_if(keys, [&](auto& other) { return other != key; })));
    form.kind = kind;
    bool yes = false;
    std::string& text = key == "decimal"     ? decimal
                        : key == "thousands" ? form.thousands
                        : key == "unit"      ? form.unit
                                             : form.order;
    const std::string problem = time ? Boolean().read(setting, yes) : Text().read(setting, text);
    if (!problem.empty() || (time && !yes)) return found(setting) + " as " + key;
    if (date && form.order == kIsoOrder) form.order.clear();
  }
  if (decimal != "." && decimal != ",") return quote(decimal) + " as decimal";
  form.decimal = decimal[0];
  if (!is_usable(form)) return write({ColumnKind::kNumeric, form});
  value = {ColumnKind::kNumeric, form};
  return "";
}

std::string ColumnTypeKind::write(const ColumnType& value) const {
  if (value.kind == ColumnKind::kSet)
    return fmt::format("{{set: {{separator: {}}}}}", Mark::separator().write(value.separator));
  const NumberForm& form = value.form;
  std::vector<std::string> settings;
  const auto add = [&](const char* key, const std::string& text) {
    settings.push_back(fmt::format("{}: {}", key, text));
  };
  if (form.decimal != '.') add("decimal", yaml_text(std::string_view(&form.decimal, 1)));
  if (!form.thousands.empty()) add("thousands", yaml_text(form.thousands));
  if (!form.unit.empty()) add("unit", yaml_text(form.unit));
  if (form.kind == NumberForm::Kind::kDate) add("date", form.order.empty() ? kIsoOrder : yaml_text(form.order));
  if (form.kind == NumberForm::Kind::kTime) add("time", "true");
  if (!form.missing.empty()) add("missing", ListOf<Text>().write(form.missing));
  if (form.kind == NumberForm::Kind::kPlain && settings.empty()) return name_of(value.kind);
  if (settings.empty()) add("decimal", "\".\"");
  return fmt::format("{{numeric: {{{}}}}}", fmt::join(settings, ", "));
}

std::string ThresholdKind::read(const Node& node, Threshold& value) const {
  Threshold out;
  if (node.kind == Node::Kind::kMap) {
    if (node.items.size() != 2) return fmt::format("a map of {} keys", node.items.size() / 2);
    const std::string& key = node.items[0].text;
    const Node& setting = node.items[1];
    if (key == "recall" || key == "precision") {
      out.rule = key == "recall" ? Threshold::Rule::kRecall : Threshold::Rule::kPrecision;
      if (const std::string problem = Float{.above = 0, .to = 1}.read(setting, out.value); !problem.empty())
        return problem + " as " + key;
      value = out;
      return "";
    }
    if (key != "cost") return "the key " + quote(key);
    std::map<std::string, double> costs;
    if (const std::string problem = MapOf{"errors", Float{.above = 0}}.read(setting, costs); !problem.empty())
      return problem + " as cost";
    for (const auto& [error, cost] : costs) {
      if (error != "false_positive" && error != "false_negative") return "the key " + quote(error) + " under cost";
    }
    if (costs.size() != 2) return fmt::format("a map of {} keys as cost", costs.size());
    out = {.rule = Threshold::Rule::kCost,
           .false_positive = costs["false_positive"],
           .false_negative = costs["false_negative"]};
  } else if (node.kind == Node::Kind::kScalar && (node.text == "f1" || node.text == "balanced_accuracy")) {
    out.rule = node.text == "f1" ? Threshold::Rule::kF1 : Threshold::Rule::kBalancedAccuracy;
  } else if (const std::string problem = Float{.from = 0, .to = 1}.read(node, out.value); !problem.empty()) {
    return problem;
  }
  value = out;
  return "";
}

std::string ThresholdKind::write(const Threshold& value) const {
  switch (value.rule) {
    case Threshold::Rule::kFixed: return Float{}.write(value.value);
    case Threshold::Rule::kF1: return "f1";
    case Threshold::Rule::kBalancedAccuracy: return "balanced_accuracy";
    case Threshold::Rule::kRecall: return fmt::format("{{recall: {}}}", Float{}.write(value.value));
    case Threshold::Rule::kPrecision: return fmt::format("{{precision: {}}}", Float{}.write(value.value));
    case Threshold::Rule::kCost: break;
  }
  return fmt::format("{{cost: {{false_positive: {}, false_negative: {}}}}}", Float{}.write(value.false_positive),
                     Float{}.write(value.false_negative));
}

std::string EvaluateEveryKind::read(const Node& node, EvaluateEvery& value) const {
  EvaluateEvery out;
  const Integer count{.least = 1, .most = 1'000'000'000};
  if (node.kind != Node::Kind::kMap) {
    if (const std::string problem = count.read(node, out.epochs); !problem.empty()) return problem;
  } else {
    if (node.items.size() != 2) return fmt::format("a map of {} keys", node.items.size() / 2);
    if (node.items[0].text != "steps") return "the key " + quote(node.items[0].text);
    if (const std::string problem = count.read(node.items[1], out.steps); !problem.empty())
      return problem + " as steps";
  }
  value = out;
  return "";
}

std::string EvaluateEveryKind::write(const EvaluateEvery& value) const {
  return value.steps > 0 ? fmt::format("{{steps: {}}}", value.steps) : fmt::format("{}", value.epochs);
}

}  // namespace mdl
