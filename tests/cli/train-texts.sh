#!/usr/bin/env bash
# Free text and sets are told apart from categories, learnt by their words and elements, explained, served and exported.
. "$ROOT/tests/cli/lib.sh"

python3 - <<'EOF'
import random
random.seed(5)
plain = "the a it was we came there on monday again with friends and some luggage in one room of hotel near station".split()
good, bad = ["lovely", "quiet", "friendly", "spotless"], ["dirty", "noisy", "rude", "broken"]
tags = ["pool", "bar", "wifi", "garden", "lift", "sauna"]
def row(i):
    words = random.sample(plain, random.randint(4, 9))
    kind = random.random() < 0.5
    words.insert(random.randrange(len(words)), random.choice(good if kind else bad))
    have = random.sample(tags, random.randint(1, 4))
    score = 2 * kind + ("pool" in have) + ("lift" not in have)
    text = "" if i % 50 == 7 else " ".join(words).capitalize() + "."
    return f'"{text}",{";".join(have)},{random.choice("xyz")},{score >= 2 if text else "pool" in have}'
for name, rows in (("train", 1200), ("test", 400)):
    with open(name + ".csv", "w") as file:
        print("review,tags,plain,good", *[row(i) for i in range(rows)], sep="\n", file=file)
EOF
small=(--set model.members=1 --set train.epochs=20)
"$MDL" train train.csv --target good --output run "${small[@]}" >training 2>log
grep -q "column 'review': free text, taken as its words, their pairs and their parts; if its texts are categories, set data.types: {review: categorical}" log
grep -q "column 'tags': sets of 6 elements, between them ';'; if its texts are categories, set data.types: {tags: categorical}" log
"$MDL" evaluate run/model.safetensors test.csv --format json >report
python3 -c 'import json; r = json.load(open("report")); assert r["metrics"]["roc_auc"] > 0.9, r["metrics"]'
"$MDL" inspect run/model.safetensors >inspected
grep -q '  review  text         words, their pairs and their parts in ' inspected
grep -q '  tags    set          6 elements: bar, garden, ' inspected
"$MDL" inspect run/model.safetensors --format json | python3 -c '
import json, sys
m = json.load(sys.stdin)
kinds = {f["name"]: f["kind"] for f in m["features"]}
assert kinds == {"review": "text", "tags": "set", "plain": "categorical"}, kinds'

"$MDL" init train.csv --target good >config.yaml
grep -q '^#   review  free text, ' config.yaml
grep -q "^#   tags    sets, elements between ';'" config.yaml
grep -q '^  # ignore: ' config.yaml

# The types can be told, and are kept as categories where that is said.
"$MDL" train train.csv --target good --output told --quiet "${small[@]}" \
  --set 'data.types={review: text, tags: {set: {separator: ";"}}}' >training
cmp <("$MDL" predict told/model.safetensors test.csv) <("$MDL" predict run/model.safetensors test.csv)
"$MDL" train train.csv --target good --output as_categories "${small[@]}" --set 'data.types={review: categorical, tags: categorical}' >training 2>log
grep -q "column 'review': .* distinct texts in .* rows; ignored, since they identify rows" log
expect_exit 1 "$MDL" train train.csv --target good --output no --set 'data.types={tags: {set: {separator: ab}}}'
grep -q "'ab' as separator" err

# Whatever computes with the model: rows alone and together, JSON Lines, explanations, a serving model, PyTorch.
"$MDL" predict run/model.safetensors test.csv --only >whole
cat >odd.csv <<'EOF'
review,tags,plain
LOVELY,POOL,x
"Dirty, NOISY -- Zimmer, straße",garden; pool;;cinema,y
,,
"???",;,z
東京 lovely,pool,x
EOF
"$MDL" predict run/model.safetensors odd.csv --only >odd
head -2 odd.csv | "$MDL" predict run/model.safetensors - --only | cmp - <(head -2 odd)
python3 -c 'import csv, json; [print(json.dumps(row)) for row in csv.DictReader(open("odd.csv"))]' |
  "$MDL" predict run/model.safetensors - --only --output-format csv | cmp - odd
"$MDL" predict run/model.safetensors odd.csv --explain >explained
test "$(wc -l <explained)" -eq 6
"$MDL" explain run/model.safetensors test.csv >importance
grep -q '^ *review ' importance
"$MDL" evaluate run/model.safetensors test.csv --format json --drift | python3 -c '
import json, sys
assert not json.load(sys.stdin)["drift"]["found"]'
"$MDL" export run/model.safetensors --serving --output serving.safetensors
"$MDL" predict serving.safetensors odd.csv --only | cmp - odd
if grep -aq garden serving.safetensors; then exit 1; fi
expect_exit 1 "$MDL" export run/model.safetensors --output run.onnx
grep -q "its column 'review' is a text, which ONNX is not written for; --format pytorch, mdl predict and mdl serve do" err
"$MDL" export run/model.safetensors --format pytorch >run.py
if "${MDL_PYTHON:-python3}" -c 'import torch' 2>/dev/null; then
  "${MDL_PYTHON:-python3}" run.py run/model.safetensors odd.csv >printed
  python3 - <<'EOF'
import csv
for ours, theirs in zip(csv.DictReader(open("odd")), csv.DictReader(open("printed")), strict=True):
    assert abs(float(ours["p_True"]) - float(theirs["p_True"])) < 1e-5, (ours, theirs)
EOF
fi

# One thread or two, in one go or resumed: the same bytes.
several=(--set model.members=2 --set train.epochs=3 --quiet)
"$MDL" train train.csv --target good --output one --threads 1 "${several[@]}" >training
"$MDL" train train.csv --target good --output two --threads 2 "${several[@]}" >training
cmp one/model.safetensors two/model.safetensors
long=("$MDL" train train.csv --target good --quiet --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=60)
"${long[@]}" --output unbroken >training
"${long[@]}" --output broken >training 2>err &
until [ -s broken/config.yaml ]; do sleep 0.01; done
kill -INT $!
code=0
wait $! || code=$?
[ "$code" -eq 130 ]
tail -n 1 err | bash -e >training
cmp unbroken/model.safetensors broken/model.safetensors
