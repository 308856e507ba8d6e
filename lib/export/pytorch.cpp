#include "export/pytorch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "modelfile/serving.h"

namespace mdl {
namespace {

constexpr const char* kHead = R"py(# What mdl predict computes with this {task} model, in PyTorch:
#   python3 THIS_SCRIPT model.safetensors rows.csv
# prints prediction{columns} for each row. Printed by mdl {version}.
import csv
import json
import math
import re
import struct
import sys
import unicodedata
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import torch

# The model file is safetensors: a header in JSON, then the tensors' bytes.
with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = bytearray(file.read())
about = json.loads(header.pop("__metadata__")["mdl.model"])
types = {{"U8": torch.uint8, "I64": torch.int64, "F32": torch.float32, "F64": torch.float64}}
tensors = {{}}
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    dtype = types[entry["dtype"]]
    tensors[name] = torch.frombuffer(data[begin:end], dtype=dtype).reshape(entry["shape"]) if end > begin else torch.empty(entry["shape"], dtype=dtype)

# Its texts: the target's name, the classes, the spellings of "missing", then of each feature its name and its categories or elements.
text_bytes, offsets = bytes(tensors["text.bytes"].tolist()), tensors["text.offsets"].tolist()
texts = iter([text_bytes[a:b].decode(errors="surrogateescape") for a, b in zip(offsets, offsets[1:])])
target = next(texts)
classes = [next(texts) for _ in range(about["classes"])]
spellings_of_missing = [next(texts) for _ in range(about["missing"])]
features = about["features"]
for feature in features:
    feature["name"] = next(texts)
    feature["categories"] = [next(texts) for _ in range(feature.get("categories", feature.get("elements", 0)))]


# What all spellings of a value share: blanks around it are no part of it, Unicode is composed, 1.0 is 1.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200b))) + "\u2028\u2029\u202f\u205f\u3000"


def value(cell):
    if any("\ud800" <= c <= "\udfff" for c in cell):  # no UTF-8
        return cell.strip("\t\n\v\f\r ")
    cell = unicodedata.normalize("NFC", cell.strip(BLANKS))
    whole = re.fullmatch(r"(-?[1-9][0-9]*|-?(0))(\.0+)?", cell)
    return (whole[2] or whole[1]) if whole else cell


def decimal(cell):
    return Decimal(cell) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", cell) else None


missing = {{value(spelling) for spelling in spellings_of_missing}}
missing_numbers = {{decimal(spelling) for spelling in missing}} - {{None}}


def is_missing(cell):
    return value(cell) in missing or decimal(value(cell)) in missing_numbers


# Where a category stands by each way to look it up; true and false in any case where there are no others.
for feature in features:
    names = feature["categories"]
    words = [value(name).lower() for name in names]
    feature["truths"] = 0 < len(names) == len(set(words)) and set(words) <= {{"true", "false"}}
    feature["index"] = {{}}
    for spellings in (names, [value(name) for name in names], words if feature["truths"] else []):
        for k, spelling in enumerate(spellings):
            feature["index"].setdefault(spelling, k)


def known(cell, feature):
    index, unseen = feature["index"], len(feature["categories"])
    word = value(cell).lower() if feature["truths"] else cell
    return index.get(cell, index.get(value(cell), index.get(word, unseen)))


def category(cell, feature):
    return len(feature["categories"]) if is_missing(cell) else known(cell, feature)


with open(sys.argv[2], encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
    rows = list(csv.DictReader(file))

)py";

constexpr const char* kNumbers = R"py(
def number(row, feature):
    cell = row[feature["name"]].strip(BLANKS)
    if is_missing(cell):
        return float("nan")
    form = feature.get("form", {})
    if cell.lower() in [word.lower() for word in form.get("missing", [])]:
        return float("nan")
    if form.get("date"):
        sys.exit("column " + feature["name"] + ": write its dates like 2024-05-31, and take its form out of this script")
    if "time" in form:
        hours, *rest = cell.rstrip("APMapm ").split(":")
        half = {"a": -12 * (hours == "12"), "p": 12 * (hours != "12")}.get(cell[-2:-1].lower(), 0)
        return int(hours) + half + sum(float(part) / 60 ** (1 + i) for i, part in enumerate(rest))
    if "decimal" in form:
        for mark in (form["unit"], " ", "\u00a0", "\u202f", form["thousands"]):
            cell = cell.replace(mark, "")
        cell = cell.replace(form["decimal"], ".").replace("(", "-").replace(")", "")
    if feature.get("dates") or "date" in form:
        for spelled, offset in (("Z", "+00:00"), (" UTC", "+00:00"), (" +", "+"), (" -", "-")):
            cell = cell.replace(spelled, offset)
        day = datetime.fromisoformat(cell)
        day = day if day.tzinfo else day.replace(tzinfo=timezone.utc)
        return (day - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(days=1)
    return float(cell.replace("\u2212", "-"))


# Numeric features: missing ones become the fill.
numeric = [feature for feature in features if "indicator" in feature]
x = torch.tensor([[number(row, feature) for feature in numeric] for row in rows], dtype=torch.float64).reshape(len(rows), len(numeric))
z = (x - tensors["encoder.center"]) / tensors["encoder.scale"]
)py";

constexpr const char* kSoftClip = "z = z.clamp(-1e9, 1e9)\nz = z / (1 + (z / 3) ** 2).sqrt()\n";

constexpr const char* kFill = R"py(numbers = torch.where(x.isnan(), tensors["encoder.fill"], z.float())
)py";

constexpr const char* kDense = R"py(
# The other inputs: whether numbers are missing, and categories; those of many have an index into a table, 0 for unseen ones.
codes = iter(tensors["encoder.codes"].tolist())
others, tables, bags = [], [], []
for i, feature in enumerate(features):
    feature["codes"] = [next(codes) for _ in range(feature.get("codes", 0))]
for i, feature in enumerate(features):
    if feature.get("indicator"):
        there, gone = feature["codes"]
        others.append([[gone if math.isnan(number(row, feature)) else there] for row in rows])
values = iter(tensors["encoder.values"].tolist() if "encoder.values" in tensors else [])
for feature in features:
)py";

// What each kind of column adds to them, in the loop over the features.

const char* inputs_in_python(const NumericColumn&) {
  return R"py(    if feature["kind"] == "numeric" and feature.get("values", 0) > 0:
        index = {next(values): 1 + k for k in range(feature["values"])}
        tables.append(torch.tensor([index.get(number(row, feature), 0) for row in rows], dtype=torch.int64))
)py";
}

const char* inputs_in_python(const DateColumn&) {
  return R"py(    if feature["kind"] in ("date", "time"):  # sine and cosine of where it stands in its year, week and day
        parts, cells = feature.get("parts", ["season", "weekday"]), []
        for row in rows:
            days = number(row, feature) / (24 if feature["kind"] == "time" else 1)
            if math.isnan(days) or (feature["kind"] == "time" and not 0 <= days <= 1):
                cells.append([0.0] * 2 * len(parts))
                continue
            date = datetime(1970, 1, 1) + timedelta(days=math.floor(days))
            hour = math.floor(24 * (days - math.floor(days)) + 0.5 / 3600) % 24
            turns = {"season": (date.timetuple().tm_yday - 1) / 365.25, "weekday": date.weekday() / 7, "hour": hour / 24}
            cells.append([f(2 * math.pi * turns[part]) for part in parts for f in (math.sin, math.cos)])
        others.append(cells)
)py";
}

constexpr const char* kCategorical = R"py(    if feature["kind"] == "categorical":
        unseen = len(feature["categories"])
        index = [category(row[feature["name"]], feature) for row in rows]
        if feature["table"]:
            tables.append(torch.tensor([0 if k == unseen else 1 + k for k in index], dtype=torch.int64))
        elif feature["codes"]:
            width = len(feature["codes"]) // (unseen + 1)
            others.append([feature["codes"][k * width:(k + 1) * width] for k in index])
        else:
            others.append([[float(j == k) for j in range(unseen)] for k in index])
)py";

const char* inputs_in_python(const TextColumn&) {
  return R"py(    if feature["kind"] == "text":  # words, their pairs and parts, hashed: rows of a table, 0 where there is none
        def words(text):
            found, inside = [], False
            for c in unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()):
                code = ord(c)
                alone = any(a <= code < b for a, b in ((0xe00, 0x10a0), (0x1780, 0x1800), (0x3040, 0x3100),
                                                       (0x3400, 0xa000), (0xf900, 0xfb00), (0x20000, 0x40000)))
                if unicodedata.category(c)[0] not in "LMN":
                    inside = False
                    continue
                found += [] if inside and not alone else [""]
                found[-1] += c
                inside = not alone
            return found

        def row_of(ngram):
            h = 0xcbf29ce484222325
            for byte in ngram.encode():
                h = (h ^ byte) * 0x100000001b3 % 2 ** 64
            return 1 + (h ^ h >> 32) % feature["buckets"]

        texts = [[] if is_missing(row[feature["name"]]) else words(row[feature["name"]]) for row in rows]
        def parts_of(word):
            word = "<" + word + ">"
            return [word[i:i + n] for n in (2, 3, 4) if n < len(word) for i in range(len(word) - n + 1)]

        ngrams = [[ngram for word in text for ngram in [word] + parts_of(word)] + [a + " " + b for a, b in zip(text, text[1:])]
                  for text in texts]
        bags.append([[row_of(ngram) for ngram in of_row] or [0] for of_row in ngrams])
)py";
}

const char* inputs_in_python(const SetColumn&) {
  return R"py(    if feature["kind"] == "set":  # rows of a table, 0 where no element is known
        unseen, sets = len(feature["categories"]), []
        for row in rows:
            cell = row[feature["name"]]
            elements = [] if is_missing(cell) else [part.strip(BLANKS) for part in cell.split(feature["separator"])]
            sets.append(sorted({1 + known(element, feature) for element in elements if element} - {1 + unseen}) or [0])
        bags.append(sets)
)py";
}

const char* inputs_in_python(const OneHotColumn&) { return kCategorical; }
const char* inputs_in_python(const EmbeddingColumn&) { return kCategorical; }

/// Of the kinds that the model has.
std::string inputs_of_columns(const Encoder& encoder) {
  std::string out = kDense;
  std::set<std::string_view> there;
  for (const Feature& feature : encoder.features) {
    const char* lines = std::visit([](const auto& kind) { return inputs_in_python(kind); }, feature.kind);
    if (there.insert(lines).second) out += lines;
  }
  return out;
}

std::string class_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu: return "ReLU";
    case Activation::kGelu: return "GELU";
    case Activation::kSilu: return "SiLU";
    case Activation::kTanh: return "Tanh";
    case Activation::kSelu: return "SELU";
    case Activation::kMish: return "Mish";
  }
  return "";
}

std::string network(const Network& network) {
  std::string out = "\n";
  const std::string activation = fmt::format("torch.nn.{}()", class_of(network.activation));
  if (network.parametric) {
    out += R"py(
class Parametric(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.alpha = torch.nn.Parameter(torch.empty(width))
        self.function = )py" +
           activation + R"py(

    def forward(self, z):
        return z + self.alpha * (self.function(z) - z)

)py";
  }
  out += "\ndef layers():\n    return torch.nn.Sequential(\n";
  const auto& widths = network.widths;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    out += fmt::format("        torch.nn.Linear({}, {}),\n", widths[i], widths[i + 1]);
    if (i + 2 == widths.size()) break;
    if (network.normalization == Normalization::kLayer)
      out += fmt::format("        torch.nn.LayerNorm({}),\n", widths[i + 1]);
    out += "        " + (network.parametric ? fmt::format("Parametric({})", widths[i + 1]) : activation) + ",\n";
  }
  return out + "    )\n\n\n";
}

/// The function from a member's tensors to its outputs.
std::string member(const Network& network) {
  const auto parameters = bind(
      network, [](const Parameter& parameter, size_t) { return fmt::format("member[\"{}\"]", parameter.name); });
  std::string out = "def outputs(member):\n    parts = []\n";
  if (const auto& periodic = parameters.periodic) {
    out += fmt::format(
        R"py(    cosine = torch.cos(2 * math.pi * numbers[:, :, None] * {} + {})
    learned = ({} * cosine[:, :, None]).sum(3) + {}
    parts.append(torch.cat([learned, numbers[:, :, None]], 2).flatten(1))
)py",
        periodic->frequency, periodic->phase, periodic->weight, periodic->bias);
  } else if (network.numbers > 0) {
    out += "    parts.append(numbers)\n";
  }
  out += "    parts += [torch.tensor(other, dtype=torch.float32).reshape(len(rows), -1) for other in others]\n";
  if (!parameters.embeddings.empty())
    out += "    parts += [member[f\"embedding.{j}\"][index] for j, index in enumerate(tables)]\n";
  if (!parameters.bags.empty())
    out +=
        "    parts += [torch.stack([member[f\"bag.{j}\"][bag].sum(0) * len(bag) ** -0.5 for bag in column])\n"
        "              for j, column in enumerate(bags)]\n";
  out += "    inputs = torch.cat(parts, 1)\n";
  if (parameters.scale) out += fmt::format("    inputs = inputs * {}\n", *parameters.scale);
  return out +
         "    network = layers()\n"
         "    network.load_state_dict({name: value for name, value in member.items() if name[0].isdigit()})\n"
         "    return network(inputs).double()\n\n\n";
}

/// From the members' outputs, raw, to the numbers that are printed.
std::string numbers(const Model& model) {
  const Target& target = model.target;
  const Objective& objective = target.objective;
  const bool several = objective.has_quantiles();
  std::vector<std::string> centers = {shortest(target.mean)}, names = {"prediction"};
  if (several) centers.clear();
  for (const double center : target.centers) centers.push_back(shortest(center));
  for (size_t k = 0; several && k < objective.quantiles.size(); ++k)
    names.push_back("quantile_" + shortest(objective.quantiles[k]));
  std::string out = fmt::format("center = torch.tensor([{}], dtype=torch.float64)\n", fmt::join(centers, ", "));
  if (objective.has_log_link()) {
    out += fmt::format("values = (center + {} * raw).exp().mean(0)\n", shortest(target.scale));
  } else {
    out += fmt::format("values = center + {} * raw.mean(0)\n", shortest(target.scale));
    if (target.log) out += fmt::format("values = {} * values.exp()\n", shortest(model.smearing));
  }
  if (std::isfinite(model.low)) out += fmt::format("values = values.clamp(min={})\n", shortest(model.low));
  if (std::isfinite(model.high)) out += fmt::format("values = values.clamp(max={})\n", shortest(model.high));
  if (several)
    out += fmt::format("values = values.sort(1).values\nvalues = torch.cat([values[:, {}:{}], values], 1)\n",
                       objective.middle(), objective.middle() + 1);
  return out + fmt::format("print(\"{}\")\nfor row in values{}.tolist():\n    print(*row, sep=\",\")\n",
                           fmt::join(names, ","), target.needs_doubles() ? "" : ".float()");
}

std::string answers(const Model& model) {
  const Target& target = model.target;
  std::string out = "if not rows:\n    sys.exit()\n";
  const bool several = model.network.members > 1;
  std::string member =
      several
          ? "{name.split(\".\", 2)[2]: value for name, value in tensors.items() if name.startswith(f\"members.{m}.\")}"
          : "tensors";
  out += fmt::format("members = [{}{}]\n", member,
                     several ? fmt::format(" for m in range({})", model.network.members) : "");
  out += "with torch.no_grad():\n    raw = torch.stack([outputs(member) for member in members])\n";
  if (target.task == Task::kRegression) {
    return out + numbers(model);
  }
  if (target.task == Task::kBinary) {
    out += fmt::format(
        "raw = torch.cat([{}raw, {}raw], 2)  # of the two classes, half the distance each\np = (raw / "
        "2).softmax(2).mean(0)\n",
        target.positive == 0 ? "" : "-", target.positive == 0 ? "-" : "");
  } else {
    out += "p = raw.softmax(2).mean(0)\n";
  }
  if (model.temperature != 1)
    out += fmt::format("p = (p.clamp(min=1e-300).log() / {}).softmax(1)\n", shortest(model.temperature));
  if (model.smoothing > 0)
    out += fmt::format("p = {} * p + {}\n", shortest(1 - model.smoothing),
                       shortest(model.smoothing / static_cast<double>(target.classes.size())));
  if (target.task == Task::kBinary) {
    out += fmt::format("labels = [{} if positive >= {} else {} for positive in p[:, {}].tolist()]\n", target.positive,
                       shortest(model.threshold), 1 - target.positive, target.positive);
  } else {
    out += "labels = p.argmax(1).tolist()\n";
  }
  return out + R"py(sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerow(["prediction"] + ["p_" + name for name in classes])
for label, row in zip(labels, p.tolist()):
    writer.writerow([classes[label]] + row)
)py";
}

}  // namespace

std::string format_pytorch(const Model& model) {
  expect_full(model, "it", "holds its categories and exact values by hashes only");
  if (model.encoder.exposure)
    fail(
        "its predictions grow with an exposure (data.exposure), which the script is not written for; mdl predict and "
        "mdl serve do");
  std::string out = fmt::format(fmt::runtime(kHead), fmt::arg("task", name_of(model.target.task)),
                                fmt::arg("version", MDL_VERSION),
                                fmt::arg("columns", model.target.classes.empty() ? "" : " and probabilities"));
  if (model.network.numbers > 0) {
    out += kNumbers;
    if (model.encoder.scaling == Scaling::kRobust) out += kSoftClip;
    out += kFill;
  }
  return out + inputs_of_columns(model.encoder) + network(model.network) + member(model.network) + answers(model);
}

}  // namespace mdl
