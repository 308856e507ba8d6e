#include <fmt/format.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "catch.h"
#include "config/dump.h"
#include "config/fields.h"
#include "config/option_types.h"
#include "io/input.h"

using namespace mdl;

namespace {

const std::string kLeast = "data:\n  train: a.csv\n  target: y\n";

LoadedConfig load(const std::string& text, const Overrides& overrides = {}) {
  return load_config_text(text, "c.yaml", overrides);
}

/// All problems of a text, a line each.
std::string problems(const std::string& text, const Overrides& overrides = {}) {
  try {
    load(text, overrides);
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

/// What is said about one `--set` expression over a config that is in order.
std::string set_problem(const std::string& expression) { return problems(kLeast, {{}, {expression}}); }

LoadedConfig with(const std::string& expression) { return load(kLeast, {{}, {expression}}); }

/// What is said about more keys of the section `data`.
std::string data_problem(const std::string& line) { return problems(kLeast + "  " + line + "\n"); }

}  // namespace

TEST_CASE("a training table and a target are enough for a config") {
  const Config config = load(kLeast).config;
  CHECK(config.data.train == std::vector<std::string>{"a.csv"});
  CHECK(config.data.target == "y");
  CHECK_FALSE(config.data.validation);
  CHECK(config.train.folds == 5);
  CHECK(config.data.missing == std::vector<std::string>{"", "NA", "NaN", "nan", "null"});
  CHECK(config.model.preset == Preset::kDefault);
  CHECK(config.train.seed == 0);
  CHECK(config.device == "auto");
  CHECK(config.output == "runs/a");
}

TEST_CASE("the plain preset adds nothing to a simple network") {
  const Config config = with("model.preset=plain").config;
  CHECK(config.train.optimizer == Optimizer::kAdam);
  CHECK(config.train.epochs == 10);
  CHECK(config.train.batch_size == 32);
  CHECK(config.train.weight_decay == 0.0);
  CHECK(config.train.early_stopping == 0);
  CHECK(config.model.dropout == 0.0);
}

TEST_CASE("the default preset lets the run decide its length, unless a schedule needs to know it") {
  const auto resolved = [](const std::string& lines, const DataSummary& facts) {
    Config config = load(kLeast + "train: " + lines + "\n").config;
    resolve(config, facts);
    return config;
  };
  const Config open = resolved("{}", {Task::kBinary, 6400, 10});
  CHECK(open.train.epochs == kAutoEpochs);
  CHECK(open.train.schedule == Schedule::kConstant);
  CHECK(open.train.weight_averaging == 0.1);
  CHECK(open.train.warmup_epochs == 8.0);
  CHECK(open.train.trials == 5);
  CHECK(!open.train.learning_rate);
  CHECK(!open.model.dropout);
  CHECK(!open.model.periodic_sigma);
  const Config told = resolved("{epochs: 30}", {Task::kBinary, 6400, 10});
  CHECK(told.train.schedule == Schedule::kCoslog4);
  CHECK(told.train.regularization_schedule == RegularizationSchedule::kFlatCos);
  CHECK(told.train.weight_averaging == 0.0);
  CHECK(told.train.trials == 1);
  CHECK(told.model.dropout == 0.15);
  CHECK(told.model.periodic_sigma == 0.1);
  CHECK(resolved("{schedule: cosine}", {Task::kBinary, 6400, 10}).train.epochs == 48);
  CHECK(resolved("{folds: 0}", {Task::kBinary, 6400, 10}).train.trials == 1);
  CHECK(resolved("{trials: 1}", {Task::kBinary, 6400, 10}).model.periodic_sigma == 0.3);
}

TEST_CASE("large tables get larger batches") {
  const auto batch_size = [](int64_t rows) {
    Config config;
    resolve(config, DataSummary{Task::kBinary, rows, 10});
    return *config.train.batch_size;
  };
  CHECK(batch_size(1024) == 64);
  CHECK(batch_size(1025) == 256);
  CHECK(batch_size(100'000) == 256);
  CHECK(batch_size(400'000) == 512);
  CHECK(batch_size(400'001) == 1024);
}

TEST_CASE("every preset decides all that it leaves open once the data are known") {
  for (const auto& [preset, name] : kPresetNames) {
    for (const auto& [task, task_name] : kTaskNames) {
      Config config = with(std::string("model.preset=") + name).config;
      config.data.task = task;
      resolve(config, DataSummary{task, 1000});
      for (const Field& field : fields()) {
        CAPTURE(name, task_name, field.key);
        CHECK((!field.optional || field.write(config) != "null" || field.key == "data.validation" ||
               field.section() == "data.format" || field.key == "train.metric" || field.key == "model.dropout" ||
               field.key == "model.periodic_sigma" || field.key == "train.learning_rate"));  // the trials decide
      }
    }
  }
}

TEST_CASE("a preset decides only what is not set") {
  const Config config = load(kLeast + "model: {preset: plain, hidden: [10]}\ntrain: {epochs: 3}\n").config;
  CHECK(config.model.hidden == std::vector<int64_t>{10});
  CHECK(config.train.epochs == 3);
  CHECK(config.train.batch_size == 32);
}

TEST_CASE("a run's folder is named after the training table") {
  const auto folder = [](const std::string& train) { return with("data.train=" + train).config.output; };
  CHECK(folder("data/credit.csv") == "runs/credit");
  CHECK(folder("/x/rows.tsv.gz") == "runs/rows");
  CHECK(folder("rows.csv.zst.age") == "runs/rows");
  CHECK(folder("rows") == "runs/rows");
  CHECK(folder("parts/rows-*.csv") == "runs/rows");
  CHECK(folder("[first.csv, second.csv]") == "runs/first");
  CHECK(folder("'*.csv'") == "runs/table");
  CHECK(folder("..") == "runs/table");
  CHECK(folder("-") == "runs/stdin");
}

TEST_CASE("all problems of a config are reported at once, each with its place") {
  const std::string text =
      "data:\n"
      "  train: a.csv\n"
      "  train: b.csv\n"
      "  validation: 1.5\n"
      "  types: {zip: categoric}\n"
      "model:\n"
      "  learning_rate: 0.1\n"
      "  hidden: [8, 0]\n"
      "train:\n"
      "  epochs: ten\n"
      "  momentum: 1\n"
      "  optimizer: adm\n"
      "epochs: 3\n"
      "device: gpu\n";
  CHECK(problems(text, {{{"--threads", "threads", "many"}}, {"train.seeds=1"}}) ==
        "c.yaml:3:3: repeated key 'data.train'; it stands on line 2 already\n"
        "c.yaml:4:3: data.validation: expected a number above 0 and at most 0.9, or a path, found '1.5'\n"
        "c.yaml:5:3: data.types: expected a map of columns, each with numeric, categorical, text, {numeric: {...}} or "
        "{set: {separator: \";\"}}, found "
        "'zip': 'categoric'; did you mean "
        "'categorical'?\n"
        "c.yaml:7:3: unknown key 'model.learning_rate'; did you mean 'train.learning_rate'?\n"
        "c.yaml:8:3: model.hidden: expected a list of at most 64 values, each a whole number from 1 to 65536, found "
        "'0' in the list\n"
        "c.yaml:10:3: train.epochs: expected auto, or a whole number from 1 to 1000000000, found 'ten'\n"
        "c.yaml:11:3: train.momentum: expected a number of at least 0 and below 1, found '1'\n"
        "c.yaml:12:3: train.optimizer: expected one of sgd, adam and adamw, found 'adm'; did you mean 'adam'?\n"
        "c.yaml:13:1: unknown key 'epochs'; did you mean 'train.epochs'?\n"
        "c.yaml:14:1: device: expected auto, cpu, cuda or cuda:N, found 'gpu'\n"
        "--threads: expected a whole number from 0 to 1024, found 'many'\n"
        "--set train.seeds=1: unknown key 'train.seeds'; did you mean 'train.seed'?\n"
        "c.yaml: missing key 'data.target'");
}

TEST_CASE("an unknown key gets the nearest key as a suggestion, or what there is") {
  CHECK(problems(kLeast + "trian:\n  epochs: 3\n") == "c.yaml:4:1: unknown key 'trian'; did you mean 'train'?");
  CHECK(problems(kLeast + "train:\n  early_stoping: 3\n") ==
        "c.yaml:5:3: unknown key 'train.early_stoping'; did you mean 'train.early_stopping'?");
  std::vector<std::string> names;
  for (const Field& field : fields()) {
    if (field.section() == "train") names.push_back(field.name());
  }
  CHECK(problems(kLeast + "train:\n  xyz: 3\n") ==
        "c.yaml:5:3: unknown key 'train.xyz'; the keys of 'train' are " + join_names(names, 100));
  CHECK(problems(kLeast + "wholly_unlike: 3\n") == "c.yaml:4:1: unknown key 'wholly_unlike'; see mdl config reference");
  CHECK(problems(kLeast + "null: 3\n") == "c.yaml:4:1: unknown key 'null'; see mdl config reference");
  CHECK(problems(kLeast + "\"\": 3\n") == "c.yaml:4:1: unknown key ''; see mdl config reference");
  CHECK(problems(kLeast + "? " + std::string(5000, 'k') + "\n: 1\n") ==
        "c.yaml:4:3: unknown key '" + std::string(60, 'k') + "...'; see mdl config reference");
}

TEST_CASE("a key in the wrong place is told its place") {
  CHECK(problems(kLeast + "train.epochs: 3\n") ==
        "c.yaml:4:1: unknown key 'train.epochs'; write 'epochs' under 'train:'");
  CHECK(problems("data.train: a.csv\ndata:\n  target: y\n") ==
        "c.yaml:1:1: unknown key 'data.train'; write 'train' under 'data:'");
  CHECK(problems(kLeast + "train:\n  train.epochs: 3\n") ==
        "c.yaml:5:3: unknown key 'train.train.epochs'; did you mean 'train.epochs'?");
  CHECK(problems(kLeast + "model:\n  train:\n    epochs: 3\n") ==
        "c.yaml:5:3: 'train' is a section of its own; it stands at the beginning of a line, not under 'model:'");
}

TEST_CASE("a repeated key or section is an error that names the first line") {
  CHECK(problems(kLeast + "train:\n  epochs: 5\n  epochs: 6\n") ==
        "c.yaml:6:3: repeated key 'train.epochs'; it stands on line 5 already");
  CHECK(problems("data:\n  train: a.csv\ndata:\n  target: y\n") ==
        "c.yaml:3:1: repeated key 'data'; it stands on line 1 already");
  CHECK(problems(kLeast + "\"device\": cpu\ndevice: cpu\n") ==
        "c.yaml:5:1: repeated key 'device'; it stands on line 4 already");
  CHECK(data_problem("types: {zip: numeric, zip: numeric}") ==
        "c.yaml:4:3: data.types: expected a map of columns, each with numeric, categorical, text, {numeric: {...}} or "
        "{set: {separator: \";\"}}, found "
        "'zip' twice");
}

TEST_CASE("a section must hold keys, or nothing") {
  CHECK(problems(kLeast + "train: 3\n") ==
        "c.yaml:4:1: 'train' is a section; expected keys such as 'train.loss', found '3'");
  CHECK(problems("data:\n- train: a\n") ==
        "c.yaml:1:1: 'data' is a section; expected keys such as 'data.train', found a list");
  CHECK(problems("data:\n  train:a\n  target:y\n") ==
        "c.yaml:1:1: 'data' is a section; expected keys such as 'data.train', found 'train:a target:y'");
  CHECK(problems(kLeast + "train:\n  # epochs: 3\nmodel: {}\n") == "none");
}

TEST_CASE("values of the wrong kind are refused") {
  CHECK(problems("data:\n  train: {a: b}\n  target: [y]\n") ==
        "c.yaml:2:3: data.train: expected a path, or a list of values, each a path, found a map\n"
        "c.yaml:3:3: data.target: expected a column name, found a list");
  CHECK(problems("data:\n  train: \"\"\n  target: ''\n") ==
        "c.yaml:2:3: data.train: expected a path, or a list of values, each a path, found ''\n"
        "c.yaml:3:3: data.target: expected a column name, found ''");
  CHECK(problems("data:\n  train: []\n  target: y\n") ==
        "c.yaml:2:3: data.train: expected a path, or a list of values, each a path, found an empty list");
  CHECK(set_problem("train.epochs='3'") ==
        "--set train.epochs='3': expected auto, or a whole number from 1 to 1000000000, found '3' in quotes");
  CHECK(set_problem("train.epochs=[3]") ==
        "--set train.epochs=[3]: expected auto, or a whole number from 1 to 1000000000, found a list");
  CHECK(set_problem("model.hidden=64") ==
        "--set model.hidden=64: expected a list of at most 64 values, each a whole number from 1 to 65536, found '64'; "
        "as a list, [64]");
  CHECK(set_problem("model.hidden=[[64]]") ==
        "--set model.hidden=[[64]]: expected a list of at most 64 values, each a whole number from 1 to 65536, found a "
        "list in the list");
  CHECK(set_problem("data.ignore=id") ==
        "--set data.ignore=id: expected a list of values, each a column name, found 'id'; as a list, [id]");
  CHECK(set_problem("data.positive=[1]") == "--set data.positive=[1]: expected a class, or null, found a list");
  CHECK(set_problem("data.types=[zip]") ==
        "--set data.types=[zip]: expected a map of columns, each with numeric, categorical, text, {numeric: {...}} or "
        "{set: {separator: \";\"}}, found "
        "a list");
  CHECK(set_problem("data.task=classification") ==
        "--set data.task=classification: expected one of binary, multiclass and regression, found 'classification'");
  CHECK(set_problem("train.optimizer=Adam") ==
        "--set train.optimizer=Adam: expected one of sgd, adam and adamw, found 'Adam'; did you mean 'adam'?");
}

TEST_CASE("values out of range are refused, values at the ends are taken") {
  CHECK(set_problem("train.epochs=0") ==
        "--set train.epochs=0: expected auto, or a whole number from 1 to 1000000000, found '0'");
  CHECK(set_problem("train.epochs=1.0") ==
        "--set train.epochs=1.0: expected auto, or a whole number from 1 to 1000000000, found '1.0'");
  CHECK(set_problem("train.epochs=99999999999999999999") ==
        "--set train.epochs=99999999999999999999: expected auto, or a whole number from 1 to 1000000000, "
        "found "
        "'99999999999999999999'");
  CHECK(with("train.epochs=auto").config.train.epochs == kAutoEpochs);
  CHECK(with("train.epochs=1").config.train.epochs == 1);
  CHECK(with("train.epochs=1000000000").config.train.epochs == 1000000000);
  CHECK(set_problem("train.seed=-1") == "--set train.seed=-1: expected a whole number of at least 0, found '-1'");
  CHECK(with("train.seed=9223372036854775807").config.train.seed == INT64_MAX);
  CHECK(set_problem("train.learning_rate=0") == "--set train.learning_rate=0: expected a number above 0, found '0'");
  CHECK(set_problem("train.learning_rate=.inf") ==
        "--set train.learning_rate=.inf: expected a number above 0, found '.inf'");
  CHECK(set_problem("train.learning_rate=.nan") ==
        "--set train.learning_rate=.nan: expected a number above 0, found '.nan'");
  CHECK(with("train.learning_rate=1e-5").config.train.learning_rate == 1e-5);
  CHECK(set_problem("train.weight_decay=-0.1") ==
        "--set train.weight_decay=-0.1: expected a number of at least 0, found '-0.1'");
  CHECK(with("train.weight_decay=0").config.train.weight_decay == 0.0);
  CHECK(set_problem("model.dropout=1") ==
        "--set model.dropout=1: expected a number of at least 0 and below 1, found '1'");
  CHECK(set_problem("model.hidden=[65537]") ==
        "--set model.hidden=[65537]: expected a list of at most 64 values, each a whole number from 1 to 65536, found "
        "'65537' in the list");
  CHECK(with("model.hidden=[]").config.model.hidden == std::vector<int64_t>{});
  CHECK(set_problem("device=cuda:1000") ==
        "--set device=cuda:1000: expected auto, cpu, cuda or cuda:N, found 'cuda:1000'");
  CHECK(with("device=cuda:1").config.device == "cuda:1");
}

TEST_CASE("null is taken where something else decides, and refused elsewhere") {
  const std::string text = kLeast +
                           "  task: null\n  positive: ~\n  split:\n  test: null\n"
                           "model:\n  hidden: null\ntrain:\n  epochs:\noutput: null\n";
  CHECK(load(text).config == load(kLeast).config);
  CHECK(problems("data:\n  train: null\n  target:\n  validation: null\n  ignore: [null]\n"
                 "model:\n  preset: null\ntrain:\n  seed: ~\ndevice: null\n") ==
        "c.yaml:2:3: data.train: expected a path, or a list of values, each a path, found null\n"
        "c.yaml:3:3: data.target: expected a column name, found nothing\n"
        "c.yaml:5:3: data.ignore: expected a list of values, each a column name, found null in the list\n"
        "c.yaml:7:3: model.preset: expected one of default and plain, found null\n"
        "c.yaml:9:3: train.seed: expected a whole number of at least 0, found null\n"
        "c.yaml:10:1: device: expected auto, cpu, cuda or cuda:N, found null");
  CHECK(with("data.target='null'").config.data.target == "null");
  CHECK(with("data.missing=[null, ~, '', NA]").config.data.missing == std::vector<std::string>{"null", "~", "", "NA"});
}

TEST_CASE("texts are taken as they are spelled") {
  CHECK(with("data.target=1.50").config.data.target == "1.50");
  CHECK(with("data.positive=yes").config.data.positive == "yes");
  CHECK(with("data.ignore=[2020-01-01, 0x10, off]").config.data.ignore ==
        std::vector<std::string>{"2020-01-01", "0x10", "off"});
  CHECK(with("data.types={1: categorical, null: numeric}").config.data.types ==
        std::map<std::string, ColumnType>{{"1", ColumnKind::kCategorical}, {"null", ColumnKind::kNumeric}});
}

TEST_CASE("validation is a share or a path") {
  CHECK(with("data.validation=0.5").config.data.validation == Validation{.fraction = 0.5});
  CHECK(with("data.validation=holdout.csv").config.data.validation == Validation{.path = "holdout.csv"});
  CHECK(with("data.validation='0.5'").config.data.validation == Validation{.path = "0.5"});
  CHECK(set_problem("data.validation=0") ==
        "--set data.validation=0: expected a number above 0 and at most 0.9, or a path, found '0'");
}

TEST_CASE("a threshold is a probability, a score, or costs of errors") {
  const auto problem = [](const std::string& value) {
    return problems(kLeast + "train:\n  threshold: " + value + "\n");
  };
  const std::string expected =
      "c.yaml:5:3: train.threshold: expected a number from 0 to 1, f1, balanced_accuracy, {recall: N}, {precision: N}, "
      "or {cost: {false_positive: N, false_negative: N}}, found ";
  CHECK(problem("0.25") == "none");
  CHECK(problem("f1") == "none");
  CHECK(problem("{cost: {false_positive: 1, false_negative: 5}}") == "none");
  CHECK(problem("{recall: 0.8}") == "none");
  CHECK(with("train.threshold={precision: 0.9}").config.train.threshold ==
        Threshold{.rule = Threshold::Rule::kPrecision, .value = 0.9});
  CHECK(problem("{recall: 0}") == expected + "'0' as recall");
  CHECK(problem("{precision: 1.5}") == expected + "'1.5' as precision");
  CHECK(problem("1.5") == expected + "'1.5'");
  CHECK(problem("recall") == expected + "'recall'");
  CHECK(problem("{cost: {false_positive: 1}}") == expected + "a map of 1 keys as cost");
  CHECK(problem("{cost: {false_positive: 1, misses: 5}}") == expected + "the key 'misses' under cost");
  CHECK(problem("{cost: {false_positive: 0, false_negative: 5}}") == expected + "'false_positive': '0' as cost");
  CHECK(problem("{costs: {false_positive: 1, false_negative: 5}}") == expected + "the key 'costs'");
}

TEST_CASE("a split is by a group, by time, or by both") {
  CHECK(with("data.split={group: patient}").config.data.split == SplitBy{.group = "patient"});
  CHECK(with("data.split={time: date}").config.data.split == SplitBy{.time = "date"});
  const Config both = with("data.split={time: date, gap: 2w, folds: 5, group: patient}").config;
  CHECK(both.data.split == SplitBy{.group = "patient", .time = "date", .folds = 5, .gap = {2, 'w'}});
  CHECK(dump_config({both, {}}, false).find("split: {group: patient, time: date, folds: 5, gap: 2w}\n") < 1000);
  CHECK(with("data.split={time: t, gap: 0.5}").config.data.split == SplitBy{.time = "t", .gap = {0.5}});
  const std::string expected =
      "c.yaml:4:3: data.split: expected {group: column}, {time: column}, both, with time also folds: N and gap: 30d, "
      "or null, found ";
  CHECK(data_problem("split: {groups: a}") == expected + "the key 'groups'");
  CHECK(data_problem("split: {time: a, time: b}").find("time") < 100);
  CHECK(data_problem("split: group") == expected + "'group'");
  CHECK(data_problem("split: {}") == expected + "an empty map");
  CHECK(data_problem("split: {group: [a]}") == expected + "a list as the column");
  CHECK(data_problem("split: {folds: 5}") == expected + "'folds' without time");
  CHECK(data_problem("split: {group: a, folds: 5}") == expected + "no time beside 'folds'");
  CHECK(data_problem("split: {time: a, folds: 1}") == expected + "'1' as folds");
  CHECK(data_problem("split: {time: a, folds: 65}") == expected + "'65' as folds");
  for (const std::string gap : {"-1d", "30m", "d", "1 month", "'30d'"})
    CHECK(data_problem("split: {time: a, gap: " + gap + "}").starts_with(expected));
}

TEST_CASE("networks are divided among folds in time, and no rows are put aside besides") {
  const Config many = with("data.split={time: date, folds: 3}").config;
  CHECK(many.model.members == 12);
  CHECK(many.train.folds == 0);
  CHECK_FALSE(many.data.validation);
  CHECK(load(kLeast + "model: {preset: plain}\n", {{}, {"data.split={time: date, folds: 3}"}}).config.model.members ==
        3);
}

TEST_CASE("the value of --set is YAML and has the last word") {
  const Overrides overrides = {{{"--epochs", "train.epochs", "4"}},
                               {"train.epochs=5", "train.epochs=6", "model.hidden=[8,4]"}};
  const LoadedConfig loaded = load(kLeast + "train: {epochs: 3, seed: 7}\n", overrides);
  CHECK(loaded.config.train.epochs == 6);
  CHECK(loaded.config.train.seed == 7);
  CHECK(loaded.config.model.hidden == std::vector<int64_t>{8, 4});
  CHECK(with("data.target=a=b").config.data.target == "a=b");
  CHECK(with("data.train=-").config.data.train == std::vector<std::string>{"-"});
  CHECK(load(kLeast + "train: {epochs: 3}\n", {{}, {"train.epochs=", "model.preset=plain"}}).config.train.epochs == 10);
}

TEST_CASE("a --set that is not an assignment of a key is refused") {
  CHECK(set_problem("train.epochs") == "--set train.epochs: expected KEY=VALUE");
  CHECK(set_problem("train=3") == "--set train=3: 'train' is a section; set one of its keys, such as train.loss");
  CHECK(set_problem("epochs=3") == "--set epochs=3: unknown key 'epochs'; did you mean 'train.epochs'?");
  CHECK(set_problem("data.types.zip=categorical") ==
        "--set data.types.zip=categorical: unknown key 'data.types.zip'; did you mean 'data.types'?");
  CHECK(set_problem("=3") == "--set =3: unknown key ''; see mdl config reference");
  CHECK(set_problem("model.hidden=[64") == "--set model.hidden=[64: a list is opened with '[' here and never closed");
  CHECK(set_problem("data.target='x") == "--set data.target='x: a quote is opened here and never closed");
  CHECK(set_problem("data.train=*.csv") ==
        "--set data.train=*.csv: a '*' begins an alias in YAML; a glob or text that begins with it needs quotes");
  CHECK(set_problem("data.target=a: b") == "--set data.target=a: b: expected a column name, found a map");
  CHECK(set_problem("data.target=\xFF") == "--set data.target=?: is not UTF-8 text");
  CHECK(set_problem("x\ny=3") == "--set x?y=3: unknown key 'x\\ny'; see mdl config reference");
}

TEST_CASE("the value of a flag is taken as it stands") {
  CHECK(load(kLeast, {{{"--target", "data.target", "null"}}, {}}).config.data.target == "null");
  CHECK(load(kLeast, {{{"--target", "data.target", "'[a]: #"}}, {}}).config.data.target == "'[a]: #");
  CHECK(problems(kLeast, {{{"--target", "data.target", ""}}, {}}) == "--target: expected a column name, found ''");
  CHECK(problems(kLeast, {{{"--target", "data.target", "pr\xE9is"}}, {}}) == "--target: 'pr\\xe9is' is not UTF-8 text");
  CHECK(problems(kLeast, {{{"--threads", "threads", "-1"}}, {}}) ==
        "--threads: expected a whole number from 0 to 1024, found '-1'");
}

TEST_CASE("the command line alone makes a config") {
  const LoadedConfig loaded = load_config(Overrides{{{"--target", "data.target", "y"}}, {"data.train=a.csv"}});
  CHECK(loaded.config == load(kLeast).config);
  CHECK(loaded.origin.at("data.target") == "--target");
  CHECK_THROWS_WITH(load_config(Overrides{{}, {"data.train=a.csv"}}), "command line: missing key 'data.target'");
}

TEST_CASE("every value knows where it came from") {
  const LoadedConfig loaded = load(kLeast + "model:\n  preset: plain\n  hidden: null\ntrain:\n  epochs: 3\n",
                                   {{{"--output", "output", "x"}}, {"train.seed=1", "train.optimizer=null"}});
  CHECK(loaded.origin.at("data.train") == "c.yaml:2");
  CHECK(loaded.origin.at("train.epochs") == "c.yaml:8");
  CHECK(loaded.origin.at("output") == "--output");
  CHECK(loaded.origin.at("train.seed") == "--set");
  CHECK(loaded.origin.at("train.optimizer") == "preset");
  CHECK(loaded.origin.at("model.hidden") == "preset");
  CHECK(loaded.origin.at("train.batch_size") == "preset");
  CHECK(loaded.origin.at("data.task") == "default");
  CHECK(loaded.origin.at("device") == "default");
  CHECK(load(kLeast).origin.at("output") == "default");
  CHECK(load(kLeast).origin.at("train.batch_size") == "the preset and the data");
  CHECK(loaded.origin.size() == fields().size());
}

TEST_CASE("a resolved config is printed with the origin of each value") {
  const LoadedConfig loaded = load("data:\n  train: a.csv\n  target: \"1\"\ntrain: {epochs: 4}\n",
                                   {{}, {"model.preset=plain", "train.seed=3"}});
  const std::string text = dump_config(loaded, true);
  std::set<size_t> columns;
  size_t comments = 0;
  for (size_t begin = 0, end; begin < text.size(); begin = end + 1) {
    end = text.find('\n', begin);
    const size_t comment = text.substr(begin, end - begin).find("  # ");
    if (comment == std::string::npos) continue;
    ++comments;
    columns.insert(comment);
  }
  CHECK(comments == fields().size());
  CHECK(columns.size() == 1);
  const std::string values = dump_config(loaded, false);
  CHECK(values.starts_with("data:\n  train: a.csv\n  target: \"1\"\n  task: null\n"));
  CHECK(values.find("\n  epochs: 4\n  batch_size: 32\n") != std::string::npos);
  CHECK(values.ends_with("\ndevice: auto\nthreads: 0\noutput: runs/a\n"));
  const auto line = [&](const std::string& value, const std::string& origin) {
    return "\n" + value + std::string(*columns.begin() - value.size(), ' ') + "  # " + origin + "\n";
  };
  CHECK(text.find(line("  train: a.csv", "c.yaml:2")) != std::string::npos);
  CHECK(text.find(line("  epochs: 4", "c.yaml:4")) != std::string::npos);
  CHECK(text.find(line("  batch_size: 32", "preset")) != std::string::npos);
  CHECK(text.find(line("  seed: 3", "--set")) != std::string::npos);
  CHECK(text.find(line("device: auto", "default")) != std::string::npos);
  const std::string undecided = dump_config(load(kLeast), true);
  for (const std::string value : {"activation", "batch_size"}) {
    const size_t begin = undecided.find("  " + value + ": null ");
    REQUIRE(begin != std::string::npos);
    CHECK_THAT(undecided.substr(begin, undecided.find('\n', begin) - begin),
               Catch::EndsWith(" # the preset and the data"));
  }
}

TEST_CASE("whatever a key is set to comes back from the printed config") {
  const std::vector<std::string> values = {
      "7",
      "0.25",
      "1e-7",
      "0",
      "plain",
      "binary",
      "tsv",
      "dmy",
      "regression",
      "tanh",
      "adam",
      "cpu",
      "cuda:3",
      "x.csv",
      "http://localhost:5000",
      "[]",
      "[8, 4]",
      "['', a, \"null\"]",
      "{a: categorical, 'b: #': numeric, ? \"" + std::string(3000, 'k') + "\" : numeric}",
      "{group: g}",
      "[age19h07ycmz4yf50hd5vgz7elfwgpl3qekfefqmp67ywdfyu6sckgpqzsfgd2]",
      "{time: 't, u'}",
      "layer",
      "cosine",
      "balanced",
      "{a: 0.5, 'b: #': 2}",
      "{steps: 7}",
      "log",
      "huber",
      "[0.2, 0.7]",
      "1.25",
      "500MB",
      "1.5GiB",
      "2",
      "true",
      "false",
      "ntk",
      "standard",
      "data",
      "glorot",
      "f1",
      "balanced_accuracy",
      "{cost: {false_positive: 1, false_negative: 5}}",
      "robust",
      "constant",
      "flat_cos",
      "temperature",
      "none",
      "\"'\\\"\\\\\\n\\t\\x01\\u0085\\u2028\\ufeff\\uffff\\U0001F600 \"",
      "' x'",
      "'- x'",
      "'? x'",
      "'~'",
      "'true'",
      "'1_0'",
      "'.5'",
      "'a: b'",
      "'a #b'",
      "'#'",
      "'&a'",
      "'*'",
      "'!x'",
      "'%x'",
      "'@x'",
      "'`x'",
      "'|'",
      "'>'",
      "'{'",
      "'['",
      "','",
      "'---'",
      "'...'",
      "'=' ",
      "'<<'"};
  for (const Field& field : fields()) {
    CAPTURE(field.key);
    const std::string unset = field.write(load(kLeast).config);
    size_t changes = 0;
    for (const std::string& value : values) {
      CAPTURE(value);
      LoadedConfig loaded;
      try {
        loaded = load(kLeast, {{}, {field.key + "=" + value}});
      } catch (const Error&) {
        continue;
      }
      changes += field.write(loaded.config) != unset;
      for (const bool origins : {false, true}) {
        const std::string dumped = dump_config(loaded, origins);
        CHECK(is_utf8(dumped));
        const LoadedConfig again = load(dumped);
        CHECK(again.config == loaded.config);
        CHECK(dump_config(again, false) == dump_config(loaded, false));
      }
    }
    CHECK(changes > 0);
  }
}

TEST_CASE("a file name of any bytes does no harm to the printed config") {
  const LoadedConfig loaded = load_config_text(kLeast, "a\nb: \xFF.yaml", {});
  CHECK(loaded.origin.at("data.train") == "a?b: ?.yaml:2");
  CHECK(load(dump_config(loaded, true)).config == loaded.config);
}

TEST_CASE("texts that YAML readers take for something else are printed in quotes") {
  CHECK(yaml_text("Status") == "Status");
  CHECK(yaml_text("data/credit-2.csv") == "data/credit-2.csv");
  CHECK(yaml_text("two words") == "two words");
  CHECK(yaml_text("") == "\"\"");
  for (const char* text : {"null", "Yes",  "n",  "off", "1", "1e5", ".5", "-x", "~",  " x",
                           "x ",   "a: b", "a#", "'",   "[", "{",   "&a", "*a", "!a", "NaN"}) {
    CHECK(yaml_text(text) == "\"" + std::string(text) + "\"");
  }
  CHECK(yaml_text("a\"\\\n\t\x01\x7F") == "\"a\\\"\\\\\\n\\t\\x01\\x7f\"");
  CHECK(yaml_text("\xE2\x80\xAE\xD8\x9C\xE2\x81\xA9x\xD8\x9D") == "\"\\u202e\\u061c\\u2069x\xD8\x9D\"");
  CHECK(yaml_text("\xC2\x85\xC2\x9F\xC2\xA0\xE2\x80\xA8\xEF\xBB\xBF\xEF\xBF\xBF") ==
        "\"\\x85\\x9f\xC2\xA0\\u2028\\ufeff\\uffff\"");
}

TEST_CASE("a model file keeps neither paths nor what belongs to the machine") {
  const std::string text = portable_config(
      load(kLeast + "  test: t.csv\n  validation: v.csv\ndevice: cpu\nthreads: 2\noutput: o\ntrain: {epochs: 7}\n")
          .config);
  for (const char* word : {"a.csv", "t.csv", "v.csv", "validation:", "device:", "threads:", "output:"})
    CHECK(text.find(word) == std::string::npos);
  CHECK(text.find("  target: \"y\"\n") != std::string::npos);
  CHECK(text.find("  epochs: 7\n") != std::string::npos);
  const std::string least = portable_config(load(kLeast).config);
  CHECK(least.find("  validation: null\n") != std::string::npos);
  // Nor a version that is none: the bytes of such a model are as they were before there were versions.
  CHECK(least.find("version:") == std::string::npos);
  CHECK(portable_config(load(kLeast + "model: {version: 3}\n").config).find("  version: 3\n") != std::string::npos);
}

TEST_CASE("the reference is a config that loads, with examples for what is required") {
  const LoadedConfig loaded = load_config_text(config_reference(), "reference");
  for (const Field& field : fields()) {
    CAPTURE(field.key);
    CHECK(config_reference().find("\n" + field.indent() + field.name() + ": ") != std::string::npos);
    CHECK(config_reference().find("# " + field.doc + "\n") != std::string::npos);
    if (field.required()) {
      CHECK(field.write(loaded.config) == field.example);
    } else {
      CHECK(field.write(loaded.config) == field.write(load(kLeast + "output: runs/credit\n").config));
    }
  }
}

TEST_CASE("the reference says what each preset decides, by task and number of rows") {
  const std::string reference = config_reference();
  CHECK(reference.find(
            "; decided by the preset; default: selu, of a regression mish; plain: relu\n  activation: null\n") !=
        std::string::npos);
  CHECK(reference.find("; decided by the preset; default: 10; plain: 1\n  members: null\n") != std::string::npos);
  CHECK(reference.find("; decided by the preset; default: auto; plain: 10\n  epochs: null\n") != std::string::npos);
  CHECK(reference.find("; decided by the preset; default: 64 for 1,000 rows, 256 for 8,000, 512 for 200,000, 1024 for "
                       "1,000,000; plain: 32\n"
                       "  batch_size: null\n") != std::string::npos);
}

TEST_CASE("the reference in the repository is the one that the program prints") {
  CHECK(read_file(MDL_SOURCE_DIR "/configs/reference.yaml", 1 << 20) == config_reference());
}

TEST_CASE("every option is one row with what it takes and what it does") {
  std::set<std::string> keys;
  std::string section;
  std::set<std::string> sections;
  for (const Field& field : fields()) {
    CAPTURE(field.key);
    CHECK(keys.insert(field.key).second);
    CHECK_FALSE(field.expected.empty());
    CHECK_FALSE(field.doc.empty());
    CHECK(field.doc.find('\n') == std::string::npos);
    if (field.section() != section) CHECK(sections.insert(field.section()).second);
    section = field.section();
  }
}

TEST_CASE("a text without keys is not a config") {
  const std::string empty = "c.yaml: is empty; missing key 'data.train'\nc.yaml: is empty; missing key 'data.target'";
  for (const char* text : {"", "\n\n", "# nothing\n", "---\n", "null", "\xEF\xBB\xBF"}) CHECK(problems(text) == empty);
  CHECK(problems("{}") == "c.yaml: missing key 'data.train'\nc.yaml: missing key 'data.target'");
  CHECK(problems("a,b,c\n1,2,3\n") == "c.yaml:1:1: expected keys with values, such as 'data:', found 'a,b,c 1,2,3'");
  CHECK(problems("[a]") == "c.yaml:1:1: expected keys with values, such as 'data:', found a list");
  CHECK(problems("", {{}, {"data.train=a.csv", "data.target=y"}}) == "none");
}

TEST_CASE("byte order marks, line ends and the end of the file make no difference") {
  const Config config = load(kLeast).config;
  CHECK(load("\xEF\xBB\xBF" + kLeast).config == config);
  CHECK(load("data:\r\n  train: a.csv\r\n  target: y\r\n").config == config);
  CHECK(load("data:\n  train: a.csv\n  target: y").config == config);
  CHECK(load("data: {train: a.csv, target: y}").config == config);
  CHECK(load("%YAML 1.2\n---\n" + kLeast + "...\n").config == config);
  CHECK(load("data:\n  train: &file a.csv\n  target: y\n  test: *file\n").config.data.test == "a.csv");
}

TEST_CASE("what is not YAML is refused with its place and the cure") {
  CHECK(problems("data:\n\ttrain: x\n") == "c.yaml:2:1: a tab indents the line; YAML takes spaces");
  CHECK(problems("data:\n  train: \"x\n  target: y\n") == "c.yaml:2:10: a quote is opened here and never closed");
  CHECK(problems("data:\n  train: 'x") == "c.yaml:2:10: a quote is opened here and never closed");
  CHECK(problems("data:\n  train: &a \"x\n  target: y\n") == "c.yaml:2:10: a quote is opened here and never closed");
  CHECK(problems("data:\n  ignore: [1,\n    2\n") == "c.yaml:2:11: a list is opened with '[' here and never closed");
  CHECK(problems("data: {train: x\n") == "c.yaml:1:7: a map is opened with '{' here and never closed");
  CHECK(problems("data: ]\n") == "c.yaml:1:7: a bracket is closed here that was never opened");
  CHECK(problems("data:\n  train: x: y\n") ==
        "c.yaml:2:11: a ':' is out of place; a text that holds ': ' needs quotes, a key its own line");
  CHECK(problems("data:\n  train: -\n") ==
        "c.yaml:2:10: a '-' is out of place; write \"-\" in quotes for standard input");
  CHECK(problems("data:\n  train: *.csv\n") ==
        "c.yaml:2:10: a '*' begins an alias in YAML; a glob or text that begins with it needs quotes");
  CHECK(problems("data:\n  train: @x\n") == "c.yaml:2:10: this character cannot begin a value; put the text in quotes");
  CHECK(problems("data:\n  train: \"C:\\data\"\n") ==
        "c.yaml:2:15: a backslash in double quotes begins an escape; a text that holds one needs single quotes");
  CHECK(
      problems("data:\n  train: a\n target: y\n") ==
      "c.yaml:3:2: this is out of place; its indentation fits no line above, or it follows a closing quote or bracket");
  CHECK(problems(kLeast + "---\n" + kLeast) == "c.yaml:4:1: a second document begins; a config is one");
  CHECK(problems("data:\n  train: !!str x\n") ==
        "c.yaml:2:10: tags such as !!str are not taken; put a text in quotes instead");
  CHECK(problems(kLeast + "[a, b]: 3\n") == "c.yaml:4:1: a list stands where a key is expected");
}

TEST_CASE("bytes that are no text are refused") {
  CHECK(problems("data: \"\xC3\"") == "c.yaml: is not UTF-8 text");
  CHECK(problems("\xFF\xFE"
                 "d") == "c.yaml: is not UTF-8 text");
  CHECK(problems("data: \"\xED\xA0\x80\"") == "c.yaml: is not UTF-8 text");
  CHECK(problems(std::string("data:\n  tr\0in: x", 16)) == "c.yaml:2:5: the control character \\x00 is not YAML");
  CHECK(problems("data:\n  train: a\x1B[31m\n") == "c.yaml:2:11: the control character \\x1b is not YAML");
  CHECK(problems("data:\n  train: \"a\\0b\"\n") == "c.yaml:2:10: a text holds a NUL byte");
  CHECK(problems("data:\n  train: \"a\\_b\"\n") ==
        "c.yaml:2:10: the escapes \\N and \\_ are not taken; write \\u0085 and \\u00a0");
}

TEST_CASE("deep nesting and aliases that stand for too much are refused") {
  std::string maps, entries;
  for (int i = 0; i < 50'000; ++i) maps += "{a: ";
  for (int i = 0; i < 50'000; ++i) entries += "- ";
  const std::string why = "values are nested more than 16 deep";
  CHECK(problems(entries) == "c.yaml:1:33: " + why);
  CHECK(problems(std::string(40, '[') + std::string(40, ']')) == "c.yaml:1:17: " + why);
  CHECK(problems(std::string(100'000, '[')).ends_with(why));
  CHECK(problems(maps).ends_with(why));
  CHECK(problems("a: &a [*a]\n") == "c.yaml:1:8: an alias stands inside of what it stands for");
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (const std::string name : {"b", "c", "d", "e", "f", "g", "h"}) {
    const std::string last(1, static_cast<char>(name[0] - 1));
    bomb += name + ": &" + name + " [*" + last;
    for (int i = 0; i < 8; ++i) bomb += ",*" + last;
    bomb += "]\n";
  }
  CHECK(problems(bomb) == "c.yaml:5:17: its aliases stand for too much");
}

TEST_CASE("of very many problems the first fifty are printed") {
  std::string text = kLeast, expected;
  for (int i = 0; i < 1100; ++i) text += "k" + std::to_string(i) + ": 1\n";
  for (int i = 0; i < 50; ++i)
    expected += "c.yaml:" + std::to_string(i + 4) + ":1: unknown key 'k" + std::to_string(i) +
                "'; see mdl config reference\n";
  CHECK(problems(text) == expected + "and 1,050 more problems");
}

TEST_CASE("a type says how numbers are spelled") {
  const auto type = [](const std::string& text) {
    return with("data.types={x: " + text + "}").config.data.types.at("x");
  };
  using Kind = NumberForm::Kind;
  CHECK(type("{numeric: {decimal: \",\"}}") ==
        ColumnType(ColumnKind::kNumeric, {.kind = Kind::kSpelled, .decimal = ','}));
  CHECK(type("{numeric: {unit: €, thousands: \".\", decimal: \",\"}}") ==
        ColumnType(ColumnKind::kNumeric, {.kind = Kind::kSpelled, .decimal = ',', .thousands = ".", .unit = "€"}));
  CHECK(type("{numeric: {date: mdy}}") == ColumnType(ColumnKind::kNumeric, {.kind = Kind::kDate, .order = "mdy"}));
  CHECK(type("{numeric: {time: true}}") == ColumnType(ColumnKind::kNumeric, {.kind = Kind::kTime}));
}

TEST_CASE("a type that does not say how numbers are spelled is an error that says what it holds") {
  const auto found = [](const std::string& text) {
    const std::string problem = set_problem("data.types={x: " + text + "}");
    return problem.substr(problem.find("found 'x': ") + 11);
  };
  CHECK(found("{decimal: \",\"}") == "the key 'decimal'");
  CHECK(found("{numeric: {}}") == "a map as numeric");
  CHECK(found("{numeric: \",\"}") == "',' in quotes as numeric");
  CHECK(found("{numeric: {comma: true}}") == "the key 'comma' under numeric");
  CHECK(found("{numeric: {decimal: \";\"}}") == "';' as decimal");
  CHECK(found("{numeric: {decimal: \",\", thousands: \",\"}}") == "{numeric: {decimal: \",\", thousands: \",\"}}");
  CHECK(found("{numeric: {thousands: x}}") == "{numeric: {thousands: x}}");
  CHECK(found("{numeric: {unit: 5}}") == "{numeric: {unit: \"5\"}}");
  CHECK(found("{numeric: {date: ydm}}") == "{numeric: {date: ydm}}");
  CHECK(found("{numeric: {date: dmy, unit: kg}}") == "the key 'unit' beside 'date'");
  CHECK(found("{numeric: {time: false}}") == "'false' as time");
}

TEST_CASE("a mark is one character, by its name where a shell or YAML needs one") {
  const Mark delimiter = Mark::delimiter();
  CHECK(delimiter.parse("tab") == '\t');
  CHECK(delimiter.parse("\\t") == '\t');
  CHECK(delimiter.parse(";") == ';');
  for (const char* wrong : {"", "ab", "\"", "\n", "e", "7", ".", "\xc3", "none"}) CHECK_FALSE(delimiter.parse(wrong));
  CHECK(Mark::quote().parse("none") == '\0');
  CHECK(Mark::comment().parse("none") == '\0');
  CHECK(delimiter.write('\t') == "tab");
}

TEST_CASE("a section may stand in a section") {
  const LoadedConfig loaded = load(kLeast + "  format:\n    delimiter: ';'\n    decimal: ','\n    encoding: latin1\n");
  CHECK(loaded.config.data.format == TextFormat{.delimiter = ';', .encoding = "latin1", .decimal = ','});
  CHECK(loaded.origin.at("data.format.decimal") == "c.yaml:6");
  CHECK(load_config_text(dump_config(loaded, false), "d.yaml").config == loaded.config);
  CHECK(problems(kLeast + "  format:\n    delimeter: ';'\n") ==
        "c.yaml:5:5: unknown key 'data.format.delimeter'; did you mean 'data.format.delimiter'?");
  CHECK(problems(kLeast + "  format:\n    decimal: x\n    encoding: nonsense\n") ==
        "c.yaml:5:5: data.format.decimal: expected '.' or ',', found 'x'\n"
        "c.yaml:6:5: data.format.encoding: expected an encoding, such as windows-1252, found 'nonsense'");
  CHECK(problems(kLeast + "  format: csv\n") ==
        "c.yaml:4:3: 'data.format' is a section; expected keys such as 'data.format.type', found 'csv'");
  CHECK(portable_config(loaded.config)
            .find("format:\n    delimiter: \";\"\n    encoding: latin1\n    decimal: \",\"\n") != std::string::npos);
  CHECK(portable_config(load(kLeast).config).find("format") == std::string::npos);
}
