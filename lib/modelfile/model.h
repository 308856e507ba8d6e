// A trained model as plain values, and the one file that holds it.
//
// The file is safetensors (safetensors.h). Tensors:
//   0.weight [out, in], 0.bias [out], ...   F32, the network's parameters; of several members members.0.0.weight, ...
//                                           (network.h)
//   encoder.center, encoder.scale           F64, one for each numeric column, in order (table/numeric_column.h)
//   encoder.fill                            F32, likewise: the input of a missing cell
//   encoder.codes                           F32, the columns' encodings, one behind the other
//   encoder.values                          F64, numbers with an embedding, likewise; absent if there are none
//   encoder.hashes                          U8, of a serving model in place of its categories and of encoder.values, by
//                                           column a key of 16 bytes and a SipHash-2-4 of 16 bytes for each spelling
//                                           (table/value.h) or number (table/number_index.h)
//   encoder.spellings                       I64, likewise: of the spellings beyond the categories, whose they are
//   encoder.reference                       F64, of a typical row each feature's number, or its category's position,
//                                           -1 where that is missing (table/reference.h); may be absent
//   histogram.edges, histogram.counts       F64 and I64, the columns' histograms (table/histogram.h); both may be absent
//   text.bytes, text.offsets                U8 and I64: text k is bytes[offsets[k] : offsets[k + 1]]; in this order: the
//                                           target's name, the classes, the null values, then of each column its name
//                                           and its categories, then that of exposures
// Metadata: mdl.format "1"; mdl.model, mdl.training, mdl.versions (JSON); mdl.config (YAML, without paths).
// Nothing in it depends on the time, the machine's name or where files lie.
//
// A serving model (serving.h) has format "2" and of the metadata mdl.model alone; it has hashes, no histograms,
// and the reference row only where it is wanted.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "metrics/interval.h"
#include "metrics/metric.h"
#include "modelfile/network.h"
#include "table/encoder.h"
#include "table/target.h"

namespace mdl {

/// A member's values in the order of parameters_of(network).
using Values = std::vector<std::vector<float>>;

struct Model {
  bool serving = false;  // it holds only what answering needs: its values are hashed, and of how it came about and
                         // of the training rows nothing is known
  Target target;
  Encoder encoder;
  Network network;
  std::vector<Values> members;
  double temperature = 1;  // classification: averaged probabilities p become p^(1 / temperature), scaled to sum to 1,
  double smoothing = 0;    // then (1 - smoothing) p + smoothing / classes
  double smearing = 1;     // target.is_smeared(): what predictions are multiplied by
  double low = -INFINITY, high = INFINITY;  // regression: where predictions are kept, of an exposure of 1
  double threshold = 0.5;                   // binary: from which probability of the positive class on a row is positive
  std::string threshold_rule;        // what it is the best for on the validation rows, as train.threshold says; empty:
                                     // nothing
  std::vector<double> class_priors;  // classification: of the training rows, the trivial model's probabilities

  int64_t version = 0;  // as model.version says; 0: none given
  TextFormat format;    // of the training file, where it was CSV: delimiter, quote, comment and encoding

  // How it came about.
  int64_t epoch = 0;  // whose weights these are, from 1
  int64_t training_rows = 0, validation_rows = 0;
  std::string start;                 // SHA-256 of the model whose weights training began with; empty: none
  std::vector<std::string> changes;  // what a resumed run was allowed to change: "train.epochs was 10, is 20"
  Scores validation;                 // scores on the validation rows
  Intervals validation_intervals;    // of those scores, 95 %
  int64_t test_rows = 0;             // of data.test; 0: none
  Scores test;                       // scores on them, which had no part in training
  Intervals test_intervals;          // of those scores, 95 %
  std::optional<Metric> metric;      // as train.metric says; empty: main_metric() decides
  std::string config;                // YAML, resolved, without paths
  std::vector<std::pair<std::string, std::string>> versions;
};

/// The score that stands for the model in one number.
Metric main_metric(const Model&);

/// Number of outputs that the task needs: 1, or the number of classes of a multiclass task, or of quantiles.
inline int64_t output_count(const Target& target) {
  if (target.task == Task::kMulticlass) return static_cast<int64_t>(target.classes.size());
  const bool quantiles = target.task == Task::kRegression && target.objective.has_quantiles();
  return quantiles ? static_cast<int64_t>(target.objective.quantiles.size()) : 1;
}

std::string format_model(const Model&);

/// Throws Error when the bytes are not a model that can be used as it stands: a damaged container, another format
/// version, shapes that do not fit each other, weights that are not finite.
Model parse_model(std::string_view bytes, const std::string& name);

/// Of a file; of one that is signed and new enough, where the process wants that (io/protection.h).
/// `sha256`, where given, becomes that of the file.
Model load_model(const std::string& path, std::string* sha256 = nullptr);

/// Throws Error when the model's version is below `least`: an old model is as well signed as a new one.
void expect_version(const Model& model, const std::string& path, int64_t least);

}  // namespace mdl
