#!/usr/bin/env bash
# mdl compare shows runs side by side, and ranks those that were judged on the same rows; mdl runs lists them.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
{ head -n 1 table.csv; tail -n +2 table.csv | tac; } >other.csv
folds=(--set train.folds=2 --set model.members=2)
train() { "$MDL" train "$1" --target "$2" --output "runs/$3" "${TINY[@]}" "${@:4}" >/dev/null; }
train table.csv status a "${folds[@]}"
train table.csv status b "${folds[@]}" --set train.seed=1 --set "model.hidden=[8]"
train table.csv status held
train table.csv status held-otherwise --set train.seed=1
train other.csv status deep/other "${folds[@]}"
train table.csv age ages
mkdir runs/empty runs/unfinished runs/damaged
cp runs/a/config.yaml runs/a/metrics.jsonl runs/damaged
head -c 2000 runs/a/model.safetensors >runs/damaged/model.safetensors
timeout -s INT 2 "$MDL" train table.csv --target status --output runs/unfinished --quiet --set train.epochs=1000000 >/dev/null 2>&1 || true
[ ! -e runs/unfinished/model.safetensors ] && [ -e runs/unfinished/last.safetensors ]

field() {  # FILE EXPRESSION of `d`, the document
  python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

# Out-of-fold rows are the same whatever divides them; rows that are put aside depend on the seed.
"$MDL" compare runs/a runs/b --format json >same.json
[ "$(field same.json 'd["scores"]["validation"]["ranked"], sorted(d["differences"])')" = \
  "(True, ['model.hidden', 'network', 'parameters', 'train.seed'])" ]
[ "$(field same.json 'd["differences"]["model.hidden"]')" = "['[4]', '[8]']" ]
field same.json '[d["scores"]["validation"]["best"]["log_loss"], min(d["runs"], key=lambda r: r["scores"]["validation"]["metrics"]["log_loss"])["path"]]' >best
grep -q "\['\(.*\)', '\1'\]" best
for pair in "held held-otherwise" "a held" "a deep/other"; do
  read -r one two <<<"$pair"
  "$MDL" compare "runs/$one" "runs/$two" --format json >differ.json
  [ "$(field differ.json 'd["scores"]["validation"]["ranked"], "different rows" in d["scores"]["validation"]["why"]')" = "(False, True)" ]
done
"$MDL" compare runs/a runs/ages >out
grep -q 'do not predict the same, so they are not ranked' out
"$MDL" compare runs/a runs/b/model.safetensors >out
grep -q 'Of a model alone it is not known on which rows' out

# On a table, in pairs: as mdl evaluate says.
"$MDL" compare runs/a runs/held --data other.csv --format json >paired.json
"$MDL" evaluate runs/held/model.safetensors other.csv --baseline runs/a/model.safetensors --format json >evaluated.json
[ "$(field paired.json 'd["runs"][1]["scores"]["other.csv"]["metrics"]')" = "$(field evaluated.json 'd["metrics"]')" ]
[ "$(field paired.json '{k: (v["low"], v["high"]) for k, v in d["runs"][1]["scores"]["other.csv"]["differences_to_first"].items()}')" = \
  "$(field evaluated.json '{k: (v["low"], v["high"]) for k, v in d["compared_to"]["intervals"].items()}')" ]
"$MDL" compare runs/a runs/b --data other.csv --format html --output page.html
python3 -c 'import html.parser, sys; html.parser.HTMLParser().feed(open("page.html").read())'
grep -q '<h2>Scores: other.csv</h2>' page.html

# Lists.
"$MDL" runs >out 2>err
[ "$(awk 'NR > 1 { print $1 }' out | tr '\n' ' ')" = "runs/a runs/ages runs/b runs/deep/other runs/held runs/held-otherwise runs/unfinished " ]
grep -q 'runs/unfinished .*unfinished' out
grep -q '^mdl: runs/damaged/model.safetensors: ' err
"$MDL" runs runs --sort score --metric roc_auc --format json >list.json 2>/dev/null
[ "$(field list.json '(lambda s: s == sorted(s, reverse=True) and len(s) == 5)([r["scores"]["validation"]["metrics"]["roc_auc"] for r in d["runs"] if "roc_auc" in r.get("scores", {}).get("validation", {}).get("metrics", {})])')" = True ]

expect_exit 1 "$MDL" compare runs/a runs/empty
expect_text err <<'EOT'
mdl: runs/empty: holds no run of mdl train
EOT
expect_exit 1 "$MDL" compare runs/a runs/unfinished
expect_text err <<'EOT'
mdl: runs/unfinished: the run is not finished, and has no model to compare
EOT
expect_exit 1 "$MDL" compare runs/a runs/absent
expect_exit 1 "$MDL" runs runs/empty
expect_text err <<'EOT'
mdl: runs/empty: holds no run of mdl train
EOT
expect_exit 2 "$MDL" compare runs/a
expect_exit 2 "$MDL" runs --metric nonsense
expect_exit 2 "$MDL" compare runs/a runs/b --data -
expect_exit 2 "$MDL" compare runs/a runs/b --output runs/a/model.safetensors
expect_exit 2 "$MDL" compare runs/a runs/b --weight income
"$MDL" inspect runs/a/model.safetensors >/dev/null

# Weights make other scores of the same rows.
train table.csv status weighted "${folds[@]}" --set data.weight=age
"$MDL" compare runs/a runs/weighted --format json >differ.json
[ "$(field differ.json 'd["scores"]["validation"]["ranked"]')" = False ]
