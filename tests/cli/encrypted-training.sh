#!/usr/bin/env bash
# Encrypted tables train, predict and evaluate as those in clear; with recipients a run leaves encrypted files alone.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --output key.txt >public.txt
recipient=$(cat public.txt)
gzip -c table.csv | "$MDL" encrypt --recipient "$recipient" >table.csv.gz.age
export MDL_IDENTITY_FILE=key.txt
protect=(--set "protect.recipients=[$recipient]")

"$MDL" train table.csv.gz.age --target status --output sealed "${TINY[@]}" "${protect[@]}" >sealed.txt
cmp <(tail -n +2 training) <(tail -n +2 sealed.txt)
ls sealed >files.txt
[ "$(grep -vc '\.age$' files.txt)" = 0 ]
for file in model.safetensors metrics.jsonl report.html last.safetensors config.yaml; do
  "$MDL" decrypt "sealed/$file.age" >"decrypted-$file"
done
cmp decrypted-model.safetensors run/model.safetensors
grep -q "$recipient" decrypted-config.yaml

# The default folder is named as for the table in clear.
"$MDL" config show --set data.train=table.csv.gz.age --set data.target=status | grep -q 'output: runs/table'

# Predictions and scores are those of files in clear.
"$MDL" predict run/model.safetensors table.csv >clear.csv
"$MDL" predict sealed/model.safetensors.age table.csv.gz.age | cmp - clear.csv
"$MDL" predict sealed/model.safetensors.age table.csv.gz.age --recipient "$recipient" --output scored.csv.gz.age
"$MDL" decrypt scored.csv.gz.age | gzip -dc | cmp - clear.csv
"$MDL" predict run/model.safetensors table.csv --recipient "$recipient" | "$MDL" decrypt | cmp - clear.csv
"$MDL" evaluate run/model.safetensors table.csv --format json | sed 's/"\(model\|data\)":.*//' >clear.json
"$MDL" evaluate sealed/model.safetensors.age table.csv.gz.age --format json | sed 's/"\(model\|data\)":.*//' | cmp - clear.json
"$MDL" explain sealed/model.safetensors.age table.csv.gz.age >explained.txt
"$MDL" inspect sealed/model.safetensors.age | grep -q status

# A resumed run goes on encrypted, and needs a key.
"$MDL" train table.csv --target status --output longer "${TINY[@]}" --set train.epochs=5 >longer.txt
"$MDL" train table.csv.gz.age --target status --output sealed "${TINY[@]}" "${protect[@]}" --set train.epochs=5 \
  --resume --allow-changes >resumed.txt
"$MDL" decrypt sealed/metrics.jsonl.age | wc -l | grep -qx 5
unset MDL_IDENTITY_FILE
expect_exit 1 "$MDL" train table.csv --target status --output sealed "${TINY[@]}" "${protect[@]}" --set train.epochs=6 \
  --resume --allow-changes
grep -q 'last.safetensors.age: .*--identity' err
expect_exit 1 "$MDL" train table.csv --target status --output sealed "${TINY[@]}" --resume --identity key.txt
grep -q 'protect.recipients' err

# Descriptors survive that the program starts itself again, and a passphrase is read once for all files.
"$MDL" train table.csv.gz.age --target status --output by_descriptor "${TINY[@]}" --plaintext-output --identity-fd 7 7<key.txt >out
cmp by_descriptor/model.safetensors decrypted-model.safetensors
"$MDL" encrypt table.csv --passphrase --passphrase-fd 5 5<<<'correct horse' >with_passphrase.age
"$MDL" train with_passphrase.age --target status --output by_passphrase "${TINY[@]}" --set data.test=with_passphrase.age \
  --plaintext-output --passphrase-fd 5 5<<<'correct horse' >out
for run in by_passphrase run; do "$MDL" predict $run/model.safetensors table.csv >$run.predictions; done
cmp by_passphrase.predictions run.predictions

# The chain from data to model is checked with the key that opens its record.
"$MDL" keygen --signing --output signing.pem >public.pem
"$MDL" train table.csv.gz.age --target status --output signed "${TINY[@]}" "${protect[@]}" --identity key.txt --signing-key signing.pem >out
"$MDL" verify signed --key public.pem --identity key.txt >verified.txt
grep -qx 'table.csv.gz.age: as recorded, 60 rows of data.train' verified.txt
grep -qx 'signed/model.safetensors.age: as recorded' verified.txt
"$MDL" predict signed/model.safetensors.age table.csv --identity key.txt --trust public.pem | cmp - clear.csv
echo more >>table.csv.gz.age
expect_exit 1 "$MDL" verify signed --key public.pem --identity key.txt
grep -qx 'table.csv.gz.age: DIFFERS from the record' out

# A run in clear does not go on encrypted, nor is it left behind when an encrypted one replaces it.
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" "${protect[@]}" --resume
grep -q 'run/last.safetensors.age: is missing; the run there is in clear' err
expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" "${protect[@]}"
"$MDL" train table.csv --target status --output run "${TINY[@]}" "${protect[@]}" --force >forced.txt
ls run >files.txt
[ "$(grep -vc '\.age$' files.txt)" = 0 ]
