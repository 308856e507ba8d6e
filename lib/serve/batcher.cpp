#include "serve/batcher.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "predict/predictor.h"

namespace mdl {

void Batcher::add(std::shared_ptr<PredictionRequest> request, Done done) {
  const size_t rows = request->rows().rows;
  std::vector<Waiting> alone;
  if (!soon_ || rows >= most_rows_) {
    alone.push_back({std::move(request), std::move(done)});
    return predict(alone);
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back({std::move(request), std::move(done)});
    waiting_rows_ += rows;
  }
  if (first) schedule();
}

/// At once where it cannot be put off.
void Batcher::schedule() {
  try {
    soon_([this] { predict_next(); });
  } catch (const std::exception&) {
    predict_next();
  }
}

void Batcher::clear() {
  std::vector<Waiting> given_up;
  const std::lock_guard lock(mutex_);
  std::swap(given_up, waiting_);
  waiting_rows_ = 0;
}

size_t Batcher::waiting_rows() const {
  const std::lock_guard lock(mutex_);
  return waiting_rows_;
}

/// The first that waits, and those of the same model as far as they fit.
std::vector<Batcher::Waiting> Batcher::take_batch() {
  std::vector<Waiting> batch, others;
  batch.reserve(waiting_.size());
  others.reserve(waiting_.size());
  size_t rows = 0;
  const ServedModel* model = &waiting_.front().request->model();
  const size_t most = Predictor::rows_at_once(model->model, most_rows_);
  for (Waiting& waiting : waiting_) {
    const size_t count = waiting.request->rows().rows;
    const bool fits = &waiting.request->model() == model && (batch.empty() || rows + count <= most);
    if (fits) rows += count;
    (fits ? batch : others).push_back(std::move(waiting));
  }
  waiting_ = std::move(others);
  waiting_rows_ -= rows;
  return batch;
}

void Batcher::predict_next() {
  std::vector<Waiting> batch;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    batch = take_batch();
    more = !waiting_.empty();
  }
  if (more) schedule();  // for another thread
  predict(batch);
}

void Batcher::predict(std::vector<Waiting>& batch) {
  thread_local Predictions predictions;
  thread_local EncodedRows together;
  const ServedModel& model = batch[0].request->model();
  const Predictions* result = &predictions;
  size_t rows = 0;
  try {
    if (batch.size() == 1) {
      rows = batch[0].request->rows().rows;
      model.predict(batch[0].request->rows(), 0, rows, predictions);
    } else {
      together.clear();
      for (const Waiting& waiting : batch) together.append(waiting.request->rows());
      rows = together.rows;
      model.predict(together, 0, rows, predictions);
    }
    observe_(model, batch.size(), rows);
  } catch (const std::exception&) {
    result = nullptr;
  }
  size_t from = 0;
  for (Waiting& waiting : batch) {
    try {
      waiting.done(*waiting.request, result, from);
    } catch (const std::exception&) {
      // Its answer is lost, which ends its connection; the others have theirs.
    }
    from += waiting.request->rows().rows;
  }
}

}  // namespace mdl
