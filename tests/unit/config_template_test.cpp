#include "table/config_template.h"

#include "catch.h"
#include "config/fields.h"
#include "config/load.h"
#include "table/target.h"
#include "table_files.h"

using namespace mdl;

namespace {

/// The config with every key that is commented out set to what stands there.
std::string all_set(std::string text) {
  for (const Field& field : fields()) {
    const std::string indent = field.section().empty() ? "\n" : "\n  ";
    if (const size_t at = text.find(indent + "# " + field.name() + ": "); at != std::string::npos)
      text.erase(at + indent.size(), 2);
  }
  return text;
}

/// The starter config of a table, which is checked to fit the table, as it stands and with every key set.
struct Starter {
  TableFiles files;
  std::string path, text;
  DataConfig data;

  Starter(const std::string& table, const std::string& target)
      : path(files.add("x.csv", table)), text(config_template(path, target)) {
    data = load(text);
    CHECK(load(all_set(text)).ignore.size() >= data.ignore.size());
    CHECK(data.train == std::vector<std::string>{path});
    CHECK(data.target == target);
  }

  static DataConfig load(const std::string& config) {
    const DataConfig data = load_config_text(config, "starter").config.data;
    const Dataset table = read_dataset(data.train, {.missing = data.missing,
                                                    .types = data.types,
                                                    .ignore = {data.ignore.begin(), data.ignore.end()},
                                                    .keep_texts = {data.target}});
    REQUIRE(table.columns.size() > 1);
    REQUIRE(table.find(data.target) != nullptr);
    infer_target(*table.find(data.target), data, "x.csv");
    return data;
  }

  bool has(const std::string& words) const { return text.find(words) != std::string::npos; }
};

std::string starter_error(const std::string& table, const std::string& target) {
  const TableFiles files;
  const std::string path = files.add("x.csv", table);
  return files.error([&] { config_template(path, target); });
}

}  // namespace

TEST_CASE("a starter config names table, target, task and classes") {
  const Starter config_template("age,home,y\n1.5,rent,good\n2,own,bad\n,rent,good\n4,,\n", "y");
  CHECK(
      config_template.has(", 4 rows. `mdl train` takes it as it stands; without its '#' a line\n"
                          "# sets a key. `mdl config reference` says more about each.\n"
                          "#\n"
                          "# Target \"y\", binary: bad (1 row) and good (2 rows, the positive class)\n"
                          "# Left out: 1 row without a target.\n"
                          "#\n"
                          "# The other columns:\n"
                          "#   age   numeric, 1.5 to 4; 1 missing\n"
                          "#   home  categorical, 2 values; 1 missing\n"));
  CHECK(config_template.has("\n  # task: binary "));
  CHECK(config_template.has("\n  # positive: good "));
  CHECK(config_template.has("\n  # types: {age: categorical} "));
  CHECK(config_template.has("\n  # epochs: "));
  CHECK(config_template.has("\n# output: runs/x "));
  CHECK(config_template.data.ignore.empty());
}

TEST_CASE("a starter config tells classes of more kinds and numbers apart") {
  const Starter kinds("a,y\n1,u\n2,v\n3,w\n3,w\n", "y");
  CHECK(kinds.has("# Target \"y\", multiclass: u (1 row), v (1 row) and w (2 rows)\n"));
  CHECK(kinds.has("\n  # task: multiclass "));
  CHECK(kinds.has("\n  # positive: null "));
  const Starter numbers("a,y\n1,0.5\n2,1.5\n3,2.5\n3,9\n", "y");
  CHECK(numbers.has("# Target \"y\", regression\n"));
  CHECK(numbers.has("\n  # task: regression "));
}

TEST_CASE("a starter config leaves out a text that is different in every row") {
  const Starter config_template(
      "name,when,city,a,y\nann,2020-01-01,x,1,0\nbob,2020-01-02,x,2,1\ncid,2020-01-03,z,2,1\n", "y");
  CHECK(config_template.data.ignore == std::vector<std::string>{"name"});
  CHECK(config_template.has("\n  ignore: [name] "));
  CHECK(config_template.has("#   when  dates, 2020-01-01 to 2020-01-03, taken as days\n"));
  CHECK(config_template.has(
      "#   name  categorical, a different text in every row, so that it tells nothing about new rows\n"));
}

TEST_CASE("a starter config keeps a text that is missing or the same in some rows") {
  CHECK(Starter("name,a,y\nann,1,0\n,2,1\ncid,2,1\n", "y").data.ignore.empty());
  CHECK(Starter("name,a,y\nann,1,0\nann,2,1\ncid,2,1\n", "y").data.ignore.empty());
}

TEST_CASE("a starter config does not leave out all that there is to learn from") {
  CHECK(Starter("name,same,y\nann,1,0\nbob,1,1\ncid,1,1\n", "y").data.ignore.empty());
}

TEST_CASE("a starter config suggests to leave out row numbers but keeps them") {
  const Starter config_template("id,a,y\n3,1.5,0\n1,1.5,1\n2,2,1\n", "y");
  CHECK(config_template.data.ignore.empty());
  CHECK(config_template.has("\n  # ignore: [id] "));
  CHECK(config_template.has("#   id  numeric, 1 to 3, each once; if it is a row number, ignore it\n"));
  CHECK_FALSE(Starter("id,a,y\n3,1.5,0\n1,1.5,1\n4,2,1\n", "y").has("row number"));
}

TEST_CASE("a starter config says which columns number the rows, and which look like numbers") {
  std::string text = "id,price,at,y\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},\"{},5\",{}:30,{}\n", 100 + i, i, i, i % 2);
  const Starter config_template(text, "y");
  CHECK(config_template.has(
      "#   id     numeric, 100 to 129; it numbers the rows, and is left out unless its type is told\n"));
  CHECK(config_template.has("#   at     numeric, 0.5 to 29.5, each a time like 9:30\n"));
  CHECK(config_template.has("#   price  numeric, 0.5 to 29.5, each a number with a decimal comma\n"));
}

TEST_CASE("a starter config takes words among numbers for missing, in one column alone where another holds them") {
  std::string text = "a,b,c,y\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},{},{},{}\n", i, 2 * i, i % 3 == 0 ? "lost" : "found", i % 2);
  text += "N/A,1,found,1\nrefused,5,lost,1\n7,lost,found,0\n";
  const Starter config_template(text, "y");
  CHECK(config_template.data.missing == std::vector<std::string>{"", "NA", "NaN", "nan", "null", "refused"});
  CHECK(config_template.data.types ==
        std::map<std::string, ColumnType>{{"b", {ColumnKind::kNumeric, NumberForm{.missing = {"lost"}}}}});
  CHECK(config_template.has("#   a  numeric, 0 to 29; 'N/A' and 'refused' taken for missing; 2 missing\n"));
}

TEST_CASE("a starter config points at columns that tell nothing and at numbers that may be names") {
  const Starter config_template("none,same,word,code,y\n,7,u,1,0\n,7,u,2,1\nNA,7,u,3,1\n,7,u,3,0\n", "y");
  CHECK(config_template.has("#   none  empty\n"));
  CHECK(config_template.has("#   same  numeric, 7 to 7; it tells nothing\n"));
  CHECK(config_template.has("#   word  categorical, 1 value; it tells nothing\n"));
  CHECK(config_template.has(
      "#   code  numeric, 1 to 3, 3 different whole numbers; if they stand for names, its type is categorical\n"));
}

TEST_CASE("names of odd bytes in a starter config are quoted, in keys and comments") {
  const std::string odd[] = {"null", "a: b", "#x", "1", "a\nb", "\"q\"", "\xC3\xA9\xE2\x80\xA8",
                             "\x01", "- x",  "'",  "*"};
  for (const std::string& name : odd) {
    CAPTURE(name);
    std::string cell = "\"";
    for (const char c : name) cell += c == '"' ? "\"\"" : std::string(1, c);
    cell += "\"";
    CHECK(Starter(cell + ",b\n1,0\n2,1\n2,0\n", "b").has("# The other columns:"));
    CHECK(Starter("a," + cell + "\n1," + cell + "\n2,1\n2,0\n", name).data.target == name);
    CHECK(Starter(cell + ",a,b\nu,1,0\nv,1,1\nw,2,1\n", "b").data.ignore == std::vector<std::string>{name});
  }
}

TEST_CASE("a starter config needs a column of the table that can be learned") {
  CHECK(starter_error("age,home,y\n1,rent,0\n2,own,1\n", "hom") == "x.csv: has no column 'hom'; did you mean 'home'?");
  CHECK(starter_error("age,home,y\n1,rent,0\n2,own,1\n", "target") ==
        "x.csv: has no column 'target'; it has 'age', 'home' and 'y'");
  CHECK(starter_error("age,y\n1,1\n2,1\n", "y") ==
        "x.csv: target column 'y': is '1' in every row; a classifier needs two classes");
}
