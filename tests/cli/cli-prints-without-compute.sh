#!/usr/bin/env bash
# Completion, the manual page and export need no program beside mdl, and wrong uses are told.
. "$ROOT/tests/cli/lib.sh"

train_small
cp "$MDL" mdl
./mdl completion bash >out
./mdl man >out
./mdl export run/model.safetensors --output model.onnx
cmp model.onnx <("$MDL" export run/model.safetensors)
./mdl export run/model.safetensors --format pytorch >predict.py
python3 -m py_compile predict.py

expect_exit 2 ./mdl completion tcsh
expect_text err <<'EOT'
mdl completion: shell: tcsh not in {bash,zsh,fish}; see mdl completion --help
EOT
expect_exit 2 ./mdl completion
expect_text err <<'EOT'
mdl completion: shell is required; see mdl completion --help
EOT
expect_exit 2 ./mdl man page
expect_text err <<'EOT'
mdl man: 'page' is one argument too many; see mdl man --help
EOT
expect_exit 2 ./mdl export run/model.safetensors --fromat onnx
expect_text err <<'EOT'
mdl export: there is no flag '--fromat'; did you mean --format?
EOT
expect_exit 2 ./mdl export run/model.safetensors --format tflite
expect_text err <<'EOT'
mdl export: --format: tflite not in {onnx,pytorch}; see mdl export --help
EOT
expect_exit 1 ./mdl export run/none.safetensors --output other.onnx
expect_text err <<'EOT'
mdl: run/none.safetensors: cannot be opened: No such file or directory
EOT
expect_exit 1 ./mdl export table.csv --output model.onnx
expect_text err <<'EOT'
mdl: table.csv: is not a usable model file: its header would be 8026380358899820385 bytes long, more than 16 MiB; is it a safetensors file?
EOT
[ ! -e other.onnx ]
cmp model.onnx <("$MDL" export run/model.safetensors)
