#!/usr/bin/env bash
# The first answer leaves before the second row arrives.
. "$ROOT/tests/cli/lib.sh"

train_small
coproc MODEL { exec "$MDL" predict run/model.safetensors; }
exec {rows}>&"${MODEL[1]}" {answers}<&"${MODEL[0]}"
eval "exec ${MODEL[1]}>&-"
model=$MODEL_PID
printf 'age,income,home\n30,100,own\n' >&"$rows"
read -r -t 30 header <&"$answers"
[ "$header" = age,income,home,prediction,p_bad,p_good ]
read -r -t 30 first <&"$answers"
[[ $first == 30,100,own,* ]]
printf '41,5900,rent\n' >&"$rows"
read -r -t 30 second <&"$answers"
[[ $second == 41,5900,rent,* ]]
exec {rows}>&-
wait "$model"
