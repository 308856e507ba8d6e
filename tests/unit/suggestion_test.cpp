#include "base/suggestion.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("did you mean finds the nearest name and stays silent when none is near") {
  const std::vector<std::string> names{"epochs", "batch_size", "learning_rate"};
  CHECK(did_you_mean("epoch", names) == "epochs");
  CHECK(did_you_mean("epohcs", names) == "epochs");
  CHECK(did_you_mean("batchsize", names) == "batch_size");
  CHECK(did_you_mean("learning-rate", names) == "learning_rate");
  CHECK_FALSE(did_you_mean("momentum", names));
  const std::vector<std::string> columns{"x", " y", "Annual Income", "incomes"};
  CHECK(did_you_mean("y", columns) == " y");
  CHECK(did_you_mean("Y", columns) == " y");
  CHECK(did_you_mean("annualincome ", columns) == "Annual Income");
  CHECK_FALSE(did_you_mean("epoch", {}));
}

TEST_CASE("what is the same after trimming and case folding is meant before all else") {
  CHECK(did_you_mean("Y", {"w", "y"}) == "y");
  CHECK(did_you_mean("y", {"Y", " y"}) == " y");
  CHECK(did_you_mean("STRASSE", {"stress", "stra\u00DFe"}) == "stra\u00DFe");
  CHECK(did_you_mean("\u00C9TAT", {"\u00E9tat"}) == "\u00E9tat");
  CHECK(did_you_mean("Batch-Size", {"batch_sizes", "batch_size"}) == "batch_size");
}

TEST_CASE("synonyms of the field are known where their meaning is a candidate") {
  CHECK(did_you_mean("lr", {"l", "lrs", "learning_rate"}) == "learning_rate");
  CHECK(did_you_mean("AUC", {"accuracy", "roc_auc"}) == "roc_auc");
  CHECK(did_you_mean("ap", {"mape", "average_precision"}) == "average_precision");
  CHECK(did_you_mean("fit", {"init", "train"}) == "train");
  CHECK(did_you_mean("--label", {"--target"}) == "--target");
  CHECK_FALSE(did_you_mean("lr", {"hr", "r"}));
}

TEST_CASE("short names and names that differ in their digits are not near") {
  CHECK_FALSE(did_you_mean("z", {"w", "y"}));
  CHECK_FALSE(did_you_mean("ab", {"ac", "b"}));
  CHECK_FALSE(did_you_mean("x10", {"x1", "x11"}));
  CHECK(did_you_mean("agee", {"age"}) == "age");
  CHECK(did_you_mean("pirce1", {"price1", "price2"}) == "price1");
}

TEST_CASE("a part is meant to be the only name that begins or ends so") {
  CHECK(did_you_mean("price", {"area", "price_usd"}) == "price_usd");
  CHECK_FALSE(did_you_mean("price", {"price_usd", "price_eur"}));
  CHECK_FALSE(did_you_mean("pr", {"area", "price_usd"}));
}
