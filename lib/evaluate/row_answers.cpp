#include "evaluate/row_answers.h"

#include "table/record_encoder.h"

namespace mdl {
namespace {

constexpr size_t kRowsAtOnce = 4096;

class ModelAnswers : public RowAnswers {
 public:
  ModelAnswers(const Model& model, Predictor& predictor, const RecordReader& records)
      : encoder_(model.encoder, records), predictor_(predictor),
        rows_at_once_(Predictor::rows_at_once(model, kRowsAtOnce)) {}

  void read(const RecordReader& record, AnsweredRows& to) override {
    if (const auto bad = encoder_.append(record, to.encoded)) throw bad_record(record, *bad);
  }

  void answer(AnsweredRows& rows) override { predictor_.predict(rows.encoded, 0, rows.encoded.rows, rows.predictions); }

  size_t rows_at_once() const override { return rows_at_once_; }
  std::vector<UnseenCells> unseen() const override { return encoder_.unseen(); }

 private:
  RecordEncoder encoder_;
  Predictor& predictor_;
  size_t rows_at_once_;
};

}  // namespace

void AnsweredRows::clear() {
  encoded.clear();
  predictions.probabilities.clear();
  predictions.classes.clear();
  predictions.values.clear();
  predictions.quantiles.clear();
}

Answerer by_model(const Model& model, Predictor& predictor) {
  return {.model = model, .answers = [&](const RecordReader& records) {
            return std::make_unique<ModelAnswers>(model, predictor, records);
          }};
}

}  // namespace mdl
