#!/usr/bin/env bash
# A path that names a descriptor of the program is that descriptor: the file behind it is not replaced, nor what else goes there.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" evaluate run/model.safetensors table.csv --scores scores.json >/dev/null
{ echo before; "$MDL" train table.csv --target status --output other "${TINY[@]}" --scores /dev/stdout; echo behind; } >all
[ "$(sed -n '1p;$p' all | tr '\n' ' ')" = 'before behind ' ]
grep -q '"log_loss": 0' all
grep -q '^log_loss ' all
ln -s /dev/fd/5 link
{ echo before >&5; "$MDL" evaluate run/model.safetensors table.csv --scores link >/dev/null; echo behind >&5; } 5>fifth
{ echo before; cat scores.json; echo behind; } | cmp - fifth
"$MDL" evaluate run/model.safetensors table.csv --scores /dev/fd/5 5> >(cat >piped) >/dev/null
until cmp scores.json piped 2>/dev/null; do sleep 0.01; done
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --scores /dev/fd/9
