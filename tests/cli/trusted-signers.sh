#!/usr/bin/env bash
# With --trust what is not signed by that key is refused before it is parsed: models, baselines and gates.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --signing --output signing.pem >public.pem
"$MDL" keygen --signing --output other.pem >other_public.pem
model=run/model.safetensors
expect_exit 1 "$MDL" predict $model table.csv --trust public.pem
grep -q "$model: is not signed" err
"$MDL" sign $model --key signing.pem
"$MDL" predict $model table.csv >clear.csv
"$MDL" predict $model table.csv --trust public.pem | cmp - clear.csv
"$MDL" predict $model table.csv --trust other_public.pem --trust public.pem | cmp - clear.csv
for command in predict evaluate explain; do expect_exit 1 "$MDL" $command $model table.csv --trust other_public.pem; done
expect_exit 1 "$MDL" inspect $model --trust other_public.pem
expect_exit 1 "$MDL" export $model --trust other_public.pem --output model.onnx
[ ! -e model.onnx ]

# Damaged, it is told as changed: nothing of it has been parsed.
cp $model.sig damaged.sig
{ head -c 100 $model; echo; } >damaged
expect_exit 1 "$MDL" inspect damaged --trust public.pem
grep -q 'damaged: ' err
[ "$(grep -c 'not a usable model' err)" = 0 ]

# Encrypted, the signature is about what is deployed.
"$MDL" keygen --output key.txt >key.pub
"$MDL" encrypt $model --recipients-file key.pub --output model.age
"$MDL" sign model.age --key signing.pem
"$MDL" predict model.age table.csv --trust public.pem --identity key.txt | cmp - clear.csv
cp model.age.sig again.age.sig
"$MDL" encrypt $model --recipients-file key.pub --output again.age
expect_exit 1 "$MDL" predict again.age table.csv --trust public.pem --identity key.txt

# The baseline and the gates are what a verdict stands on.
printf 'fail_under: {accuracy: 0.1}\n' >gates.yaml
expect_exit 1 "$MDL" evaluate $model table.csv --trust public.pem --gates gates.yaml
grep -q 'gates.yaml: is not signed' err
"$MDL" sign gates.yaml --key signing.pem
"$MDL" evaluate $model table.csv --trust public.pem --gates gates.yaml >report.txt
"$MDL" evaluate $model table.csv --format json --output baseline.json
expect_exit 1 "$MDL" evaluate $model table.csv --trust public.pem --baseline baseline.json --max-drop accuracy=0.5
grep -q 'baseline.json: is not signed' err
"$MDL" sign baseline.json --key signing.pem
"$MDL" evaluate $model table.csv --trust public.pem --baseline baseline.json --max-drop accuracy=0.5 >report.txt
# A reader that is gone does not turn a refusal into success.
"$MDL" predict $model table.csv --trust other_public.pem >&- 2>err && exit 1
[ $? = 1 ] || exit 1

# An old model is as well signed as a new one.
"$MDL" train table.csv --target status --output run3 "${TINY[@]}" --set model.version=3 --signing-key signing.pem >training
"$MDL" predict run3/model.safetensors table.csv --trust public.pem --min-version 3 | cmp - clear.csv
expect_exit 1 "$MDL" predict run3/model.safetensors table.csv --trust public.pem --min-version 4
expect_text err <<'EOT2'
mdl: run3/model.safetensors: is version 3; --min-version 4 refuses it
EOT2
