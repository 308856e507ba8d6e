// The model reader on any bytes: only mdl::Error comes out, and a model that is accepted fits together, is written to
// bytes that read the same, answers, is described and exported.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "header_length.h"
#include "modelfile/model.h"
#include "use_model.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_usable(const mdl::Model& model) {
  const auto& widths = model.network.widths;
  require(widths.size() >= 2);
  require(widths.front() == model.network.input_width());
  require(model.network.dense == static_cast<int64_t>(model.encoder.width()));
  require(widths.back() == mdl::output_count(model.target));
  const auto parameters = mdl::parameters_of(model.network);
  require(model.members.size() == static_cast<size_t>(model.network.members) && !model.members.empty());
  for (const mdl::Values& member : model.members) {
    require(member.size() == parameters.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      require(member[i].size() == static_cast<size_t>(parameters[i].size()));
      for (const float value : member[i]) require(std::isfinite(value));
    }
  }
  for (const mdl::Feature& feature : model.encoder.features) {
    const mdl::NumericColumn* number = feature.number();
    require(number == nullptr || (std::isfinite(number->center) && number->scale > 0));
    const mdl::Histogram& histogram = feature.histogram;
    const size_t bins = (number != nullptr ? histogram.edges.size() : feature.categories()->size()) + 1;
    require(histogram.counts.size() == (model.encoder.has_histograms() ? bins + 1 : 0));
    require(std::is_sorted(histogram.edges.begin(), histogram.edges.end()));
  }
  require(model.class_priors.size() == (model.serving ? 0 : model.target.classes.size()));
  require(model.target.task != mdl::Task::kBinary || model.target.positive < 2);
}

void check(std::string_view bytes) {
  mdl::Model model;
  try {
    model = mdl::parse_model(bytes, "x");
  } catch (const mdl::Error&) {
    return;
  }
  require_usable(model);
  const std::string written = mdl::format_model(model);
  require(mdl::format_model(mdl::parse_model(written, "x")) == written);
  mdl::use_model(model);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  if (const auto mended = with_fitting_length(bytes, "}}")) check(*mended);
  return 0;
}
