// Rows of several requests predicted together, since a batch costs little more than a row.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "serve/http.h"
#include "serve/prediction_request.h"

namespace mdl {

class Batcher {
 public:
  /// The request, with the predictions of its rows from row `from` on; null where they cannot be had.
  using Done = std::function<void(PredictionRequest& request, const Predictions* predictions, size_t from)>;
  /// Of each batch: its model, requests and rows.
  using Observe = std::function<void(const ServedModel& model, size_t requests, size_t rows)>;

  /// Batches of at most `most_rows`, but for a request that has more; 1: each request by itself.
  Batcher(size_t most_rows, Observe observe) : most_rows_(most_rows), observe_(std::move(observe)) {}

  /// How the batch is put behind what the server has to do by then; before this, requests are answered at once.
  void start(RunningServer::Post soon) { soon_ = std::move(soon); }

  /// Predicts the request's rows with those that come in while the server reads what has arrived: a batch never waits
  /// for a request that is not there yet. `done` is called by the thread that predicts.
  void add(std::shared_ptr<PredictionRequest> request, Done done);

  size_t waiting_rows() const;

  /// Gives up what waits.
  void clear();

 private:
  struct Waiting {
    std::shared_ptr<PredictionRequest> request;
    Done done;
  };

  void schedule();
  void predict_next();
  void predict(std::vector<Waiting>& batch);
  std::vector<Waiting> take_batch();

  const size_t most_rows_;
  const Observe observe_;
  RunningServer::Post soon_;
  mutable std::mutex mutex_;
  std::vector<Waiting> waiting_;
  size_t waiting_rows_ = 0;
};

}  // namespace mdl
