#include "config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace mdl {
namespace {

constexpr size_t kDeepest = 16;
constexpr size_t kLargestExpansion = 1 << 16;  // nodes and bytes that aliases may add

constexpr std::string_view kOpenList = "a list is opened with '[' here and never closed";
constexpr std::string_view kOpenMap = "a map is opened with '{' here and never closed";
constexpr std::string_view kOpenQuote = "a quote is opened here and never closed";
constexpr std::string_view kOutOfPlace =
    "this is out of place; its indentation fits no line above, or it follows a closing quote or bracket";
constexpr std::string_view kAlias = "a '*' begins an alias in YAML; a glob or text that begins with it needs quotes";

/// What yaml-cpp's messages begin with, and what people would say.
constexpr std::pair<std::string_view, std::string_view> kSentences[] = {
    {"illegal map value", "a ':' is out of place; a text that holds ': ' needs quotes, a key its own line"},
    {"illegal block entry", "a '-' is out of place; write \"-\" in quotes for standard input"},
    {"end of map not found", kOutOfPlace},
    {"end of sequence not found", kOutOfPlace},
    {"end of sequence flow not found", kOpenList},
    {"end of map flow not found", kOpenMap},
    {"illegal EOF in scalar", kOpenQuote},
    {"illegal flow end", "a bracket is closed here that was never opened"},
    {"unknown token", "this character cannot begin a value; put the text in quotes"},
    {"unknown escape character",
     "a backslash in double quotes begins an escape; a text that holds one needs single quotes"},
    {"the referenced anchor is not defined", kAlias},
    {"alias not found", kAlias},
    {"illegal character found while scanning alias", kAlias},
};

size_t weight(const Node& node) {
  size_t sum = 1 + node.text.size();
  for (const Node& item : node.items) sum += weight(item);
  return sum;
}

/// Puts the tree together from yaml-cpp's events. Throws YamlProblem.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  Node root;

  /// The innermost list or map whose end has not come.
  const Node* innermost(Node::Kind kind) const {
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
      if (open->first.kind == kind) return &open->first;
    }
    return nullptr;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "a second document begins; a config is one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = node_at(mark, Node::Kind::kNull);
    for (const std::string_view spelling : {"null", "Null", "NULL", "~"}) {
      if (rest(mark).starts_with(spelling)) node.text = spelling;
    }
    add(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    if (tag != "?" && !closed(rest(mark))) refuse(mark, std::string(kOpenQuote));
    if (value.find('\0') != std::string::npos) refuse(mark, "a text holds a NUL byte");
    // yaml-cpp makes a single byte of these two, which is not UTF-8.
    if (!is_utf8(value)) refuse(mark, "the escapes \\N and \\_ are not taken; write \\u0085 and \\u00a0");
    Node node = node_at(mark, Node::Kind::kScalar);
    node.text = value;
    node.plain = tag == "?";
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(mark, "an alias stands inside of what it stands for");
    expanded_ += weight(found->second);
    if (expanded_ > kLargestExpansion) refuse(mark, "its aliases stand for too much");
    Node node = found->second;
    std::tie(node.line, node.column) = std::pair(mark.line + 1, mark.column + 1);
    add(std::move(node), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] static void refuse(const YAML::Mark& mark, std::string what) {
    throw YamlProblem{mark.line + 1, mark.column + 1, std::move(what)};
  }

  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag != "?" && tag != "!") refuse(mark, "tags such as !!str are not taken; put a text in quotes instead");
  }

  static Node node_at(const YAML::Mark& mark, Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  std::string_view rest(const YAML::Mark& mark) const {
    return text_.substr(std::min(text_.size(), static_cast<size_t>(std::max(0, mark.pos))));
  }

  /// yaml-cpp takes the end of the text for a closing quote. An anchor may stand before the scalar.
  static bool closed(std::string_view scalar) {
    scalar.remove_prefix(std::min(scalar.find_first_of("\"'|>"), scalar.size()));
    const char quote = scalar.empty() ? '|' : scalar[0];
    if (quote == '|' || quote == '>') return true;
    for (size_t i = 1; i < scalar.size(); ++i) {
      const bool escape = quote == '"' ? scalar[i] == '\\' : scalar.substr(i).starts_with("''");
      if (escape) {
        ++i;
      } else if (scalar[i] == quote) {
        return true;
      }
    }
    return false;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_tag(mark, tag);
    if (open_.size() == kDeepest) refuse(mark, fmt::format("values are nested more than {} deep", kDeepest));
    open_.emplace_back(node_at(mark, kind), anchor);
  }

  void close() {
    auto [node, anchor] = std::move(open_.back());
    open_.pop_back();
    add(std::move(node), anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    (open_.empty() ? root : open_.back().first.items.emplace_back()) = std::move(node);
  }

  std::string_view text_;
  std::vector<std::pair<Node, YAML::anchor_t>> open_;  // the values that the next event is in
  std::map<YAML::anchor_t, Node> anchors_;
  size_t expanded_ = 0;
  int documents_ = 0;
};

/// Characters that other readers of YAML take for line ends or byte order marks, or refuse.
constexpr std::pair<std::string_view, std::string_view> kSpecial[] = {{"\xE2\x80\xA8", "\\u2028"},
                                                                      {"\xE2\x80\xA9", "\\u2029"},
                                                                      {"\xEF\xBB\xBF", "\\ufeff"},
                                                                      {"\xEF\xBF\xBE", "\\ufffe"},
                                                                      {"\xEF\xBF\xBF", "\\uffff"}};

/// What yaml-cpp would let pass, or stumble over without a word.
std::optional<YamlProblem> unfit(std::string_view text) {
  if (!is_utf8(text)) return YamlProblem{0, 0, "is not UTF-8 text"};
  int line = 1, column = 1;
  bool indentation = true, tab = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) {
      return YamlProblem{line, column, fmt::format("the control character \\x{:02x} is not YAML", byte)};
    }
    if (indentation && c == '\t') tab = true;
    if (indentation && c != '\t' && c != ' ') {
      if (tab && c != '\n' && c != '\r' && c != '#')
        return YamlProblem{line, 1, "a tab indents the line; YAML takes spaces"};
      indentation = false;
    }
    ++column;
    if (c == '\n') std::tie(line, column, indentation, tab) = std::tuple(line + 1, 1, true, false);
  }
  return {};
}

}  // namespace

std::variant<Node, YamlProblem> parse_yaml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto problem = unfit(text)) return *problem;
  Builder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return std::move(builder.root);
  } catch (const YamlProblem& problem) {
    return problem;
  } catch (const YAML::Exception& error) {
    // With a line end behind it yaml-cpp lets the unclosed quote through, and the Builder says where it was opened.
    if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR && !text.ends_with('\n'))
      return parse_yaml(std::string(text) + '\n');
    YamlProblem problem{error.mark.line + 1, error.mark.column + 1, "not valid YAML: " + error.msg};
    for (const auto& [beginning, sentence] : kSentences) {
      if (error.msg.starts_with(beginning)) problem.what = sentence;
    }
    const Node* open = problem.what == kOpenList  ? builder.innermost(Node::Kind::kList)
                       : problem.what == kOpenMap ? builder.innermost(Node::Kind::kMap)
                                                  : nullptr;
    if (open != nullptr) std::tie(problem.line, problem.column) = std::pair(open->line, open->column);
    return problem;
  }
}

std::string yaml_text(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto harmless = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || (c != '\0' && std::strchr(" ./+-", c));
  };
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 11> kWords = {"null", "true", "false", "yes", "no", "on",
                                                       "off",  "y",    "n",     "nan", "inf"};
  const bool begins = !text.empty() &&
                      (letter(text[0]) || text[0] == '/' || text.starts_with("./") || text.starts_with("../"));
  if (begins && text.back() != ' ' && std::all_of(text.begin(), text.end(), harmless) &&
      std::find(kWords.begin(), kWords.end(), lower) == kWords.end()) {
    return std::string(text);
  }
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (const auto row = std::find_if(std::begin(kSpecial), std::end(kSpecial),
                                             [&](auto& r) { return text.substr(i).starts_with(r.first); });
               row != std::end(kSpecial)) {
      out += row->second;
      i += row->first.size() - 1;
    } else if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else if (const size_t size = byte == 0xD8 ? 2 : 3;
               byte >= 0xD8 && printable(text.substr(i, size)).starts_with("\\u")) {
      out += printable(text.substr(i, size));  // YAML reads it back as it was
      i += size - 1;
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace mdl
