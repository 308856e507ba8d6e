#!/usr/bin/env bash
# --from goes on from a model: its weights are the first ones, its encoder is kept, and the report compares both.
. "$ROOT/tests/cli/lib.sh"

{ head -n 1 "$ROOT/data/credit.csv"; sed -n 2,1500p "$ROOT/data/credit.csv"; } >first.csv
{ head -n 1 "$ROOT/data/credit.csv"; sed -n 1501,2500p "$ROOT/data/credit.csv"; } >second.csv
"$MDL" train first.csv --target Status --output first --set data.positive=bad --set 'model.hidden=[16]' --set train.epochs=4 --set train.calibration=none --quiet >/dev/null

# Without a step it would be the same model: at a rate of nothing the predictions are the first one's, whatever the rows.
"$MDL" train second.csv --from first/model.safetensors --output still --set train.learning_rate=1e-30 --set train.weight_decay=0 \
  --set train.epochs=1 --quiet >out
"$MDL" predict first/model.safetensors second.csv | sed 's/.*,//' >before
"$MDL" predict still/model.safetensors second.csv | sed 's/.*,//' >after
paste before after | awk 'NR > 1 && ($1 - $2 > 1e-6 || $2 - $1 > 1e-6) { exit 1 }'
python3 - <<'PY'
import json, subprocess, os
def described(model):
    return json.loads(subprocess.check_output([os.environ["MDL"], "inspect", model, "--format", "json"]))
first, still = described("first/model.safetensors"), described("still/model.safetensors")
assert first["features"] == still["features"]
import hashlib
assert still["start"] == hashlib.sha256(open("first/model.safetensors", "rb").read()).hexdigest()
record = json.load(open("still/run.json"))
assert {"key": "train.from", "path": "first/model.safetensors"}.items() <= record["inputs"][1].items() and record["inputs"][1]["sha256"] == still["start"]
PY

# Both on the same rows, and the settings are the model's; byte for byte again, resumed from any step, by one thread or two.
go_on=("$MDL" train second.csv --from first/model.safetensors --set train.epochs=3)
"${go_on[@]}" --output second >out 2>err
grep -q '^Compared with first/model.safetensors$' out
grep -q 'hidden: \[16\]' second/config.yaml
"${go_on[@]}" --output again --threads 1 --quiet >/dev/null
cmp second/model.safetensors again/model.safetensors
"$MDL" train --resume again >/dev/null 2>err
grep -q 'already finished' err
"$MDL" inspect second/model.safetensors | grep -q '^start  *the model with SHA-256'
"$MDL" train first.csv --from second/model.safetensors --output third --set train.epochs=1 --set model.members=12 --set train.folds=4 --quiet >/dev/null

# Of a run that tried settings those that were taken.
"$MDL" train second.csv --target Status --set data.positive=bad --set 'model.hidden=[8]' --output tried --quiet >/dev/null
"$MDL" train first.csv --from tried/model.safetensors --set train.epochs=1 --output went-on --quiet >/dev/null
"$MDL" train second.csv --from tried/model.safetensors --output went-on-auto 2>err >/dev/null
if grep -q '^trial 2' err; then exit 1; fi

# What does not fit.
refused() {  # LINE ARGUMENT...
  expect_exit 1 "$MDL" train "${@:2}" --output other
  tail -n 1 err >last
  expect_text last <<<"mdl: $1"
  [ ! -e other ]
}
cut -d, -f1-5,14 second.csv >narrow.csv
refused "narrow.csv: no column is named 'Amount', as first/model.safetensors says" narrow.csv --from first/model.safetensors
sed '2s/[a-z]*$/unknown/' second.csv >unknown.csv
refused "unknown.csv: target column 'Status': has 3 classes (bad, good and unknown); data.task says binary" unknown.csv --from first/model.safetensors
refused "first/model.safetensors: its network is 55-16-1, parametric selu, periodic embeddings, this run's would be 55-8-1, parametric selu, periodic embeddings; train.from needs the same model.* settings" \
  second.csv --from first/model.safetensors --set 'model.hidden=[8]'
refused "first/model.safetensors: the positive class is 'bad'; set data.positive to it" second.csv --from first/model.safetensors --set data.positive=good
refused "first/model.safetensors: its model.scaling is robust, here it is standard; train.from keeps the encoder" second.csv --from first/model.safetensors --set model.scaling=standard
refused "second.csv: column 'Age' is left out (data.ignore), and first/model.safetensors reads it" second.csv --from first/model.safetensors --set data.ignore=[Age]
refused "second.csv: column 'Seniority' is held as texts here (data.split.group), and first/model.safetensors reads it as numbers" \
  second.csv --from first/model.safetensors --set 'data.split={group: Seniority}'
"$MDL" export first/model.safetensors --serving --output serving.safetensors >/dev/null
refused "serving.safetensors: is a serving model, which does not hold what training needs; go on from the model it was made of" second.csv --from serving.safetensors
awk -F, -v OFS=, '{ print $0, NR == 1 ? "extra" : NR % 7 }' second.csv >wide.csv
"$MDL" train wide.csv --from first/model.safetensors --output wide --set train.epochs=1 >/dev/null 2>err
grep -q "^not read, as first/model.safetensors does not: 'extra'$" err
