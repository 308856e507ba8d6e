#!/usr/bin/env bash
# What computes nothing works, and so do predict, evaluate and explain, without the module that needs LibTorch; the rest says what is missing.
. "$ROOT/tests/cli/lib.sh"

cp "$MDL" mdl
./mdl --help | grep -q train
./mdl version
ldd mdl >libraries
if grep -E "lib(torch|c10)" libraries; then exit 1; fi
small_table >table.csv
./mdl init table.csv --target status >config.yaml
./mdl config check config.yaml
expect_exit 1 ./mdl train table.csv --target status --quiet
sed 's|mdl: /.*/mdl/|mdl: LIB/mdl/|' err >seen
expect_text seen <<EOT
mdl: LIB/mdl/mdl-compute.so is not there; the Debian package mdl-train has it
EOT

train_small
"$MDL" predict run/model.safetensors table.csv | cmp - <(./mdl predict run/model.safetensors table.csv)
./mdl evaluate run/model.safetensors table.csv >/dev/null
./mdl explain run/model.safetensors table.csv >/dev/null
for command in predict evaluate explain; do
  expect_exit 1 ./mdl $command run/model.safetensors table.csv --device cuda
  sed 's|mdl: /.*/mdl/|mdl: LIB/mdl/|' err >seen
  expect_text seen <<EOT
mdl: LIB/mdl/mdl-compute.so is not there; the Debian package mdl-train has it
EOT
done

# A network large enough for a GPU answers on the CPU where no GPU can be had.
"$MDL" train table.csv --target status --output large --quiet --set model.preset=plain --set 'model.hidden=[1500,1500]' --set train.epochs=1 >training
"$MDL" predict large/model.safetensors table.csv --device cpu | cmp - <(./mdl predict large/model.safetensors table.csv)
./mdl evaluate large/model.safetensors table.csv --device auto >/dev/null
expect_exit 1 ./mdl predict large/model.safetensors table.csv --device cuda
sed 's|mdl: /.*/mdl/|mdl: LIB/mdl/|' err >seen
expect_text seen <<EOT
mdl: LIB/mdl/mdl-compute.so is not there; the Debian package mdl-train has it
EOT
