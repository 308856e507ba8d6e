#!/usr/bin/env bash
# The completion for bash, loaded into bash, completes commands, flags, their values and files.
. "$ROOT/tests/cli/lib.sh"

# complete_words WORD...: what bash would offer for the last word.
complete_words() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _mdl
  echo "${COMPREPLY[*]}"
}

# bash's own works only while it completes.
compopt() { :; }

# shellcheck disable=SC1090
source <("$MDL" completion bash)
[ "$(complete -p mdl)" = 'complete -F _mdl mdl' ]
mkdir runs && touch model.safetensors 'a table.csv' runs/other
{
  complete_words mdl ev
  complete_words mdl --v
  complete_words mdl evaluate --for
  complete_words mdl export --format p
  complete_words mdl evaluate --format = js
  complete_words mdl evaluate --fail-under average
  complete_words mdl train --set train.ep
  complete_words mdl train --set train.epochs = 5
  complete_words mdl train table.csv --output r
  complete_words mdl train table.csv --device cu
  complete_words mdl evaluate model.safetensors --threshold mod
  complete_words mdl evaluate --threshold 0.5 mod
  complete_words mdl evaluate --format = json model.safetensors a
  complete_words mdl predict model.safetensors a
  complete_words mdl config s
  complete_words mdl config show mod
  complete_words mdl inspect model.safetensors mod
  complete_words mdl completion ''
  complete_words mdl nothing --f
} >offered
expect_text offered <<'EOT'
evaluate
--version
--format
pytorch
json
average_precision=
train.epochs=

runs
cuda

model.safetensors
a table.csv
a table.csv
show
model.safetensors

bash zsh fish

EOT
# Every command, and every flag that --help lists.
for command in $("$MDL" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
  [[ " $(complete_words mdl '') " == *" $command "* ]] || { echo "$command is not offered"; exit 1; }
  for flag in $("$MDL" "$command" --help | sed -n 's/^  \(-h,\)\?\(--[a-z-]*\).*/\2/p'); do
    [[ " $(complete_words mdl "$command" -) " == *" $flag "* ]] || { echo "$command $flag is not offered"; exit 1; }
  done
done
