#!/usr/bin/env bash
# A folder that may not be looked into is named, by itself and in a glob, where its files would else be left out without a word.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
mkdir open secret listed
cp table.csv open/part.csv
cp table.csv secret/part.csv
cp table.csv listed/part.csv
drop=()
[ "$(id -u)" -ne 0 ] || drop=(setpriv --inh-caps=-all --bounding-set=-all)   # to root all is open
chmod 000 secret
chmod 600 listed
trap 'chmod 700 secret listed' EXIT
if [ -r secret ] && ! "${drop[@]}" true; then echo 'skipped: nothing is closed to this user'; exit 0; fi

train() { expect_exit 1 "${drop[@]}" "$MDL" train "$@" --target status "${TINY[@]}"; }
train 'secret/*.csv' --output run
expect_text err <<'EOT'
mdl: secret/*.csv: the folder secret cannot be read: Permission denied
EOT
for case in '*/part.csv listed' '[os]*/part.csv secret' '?[!i]*/../secret/part.csv secret' '*/*.csv listed' 's*/*.csv secret'; do
  train "${case% *}" --output run
  expect_text err <<EOT
mdl: ${case% *}: the folder ${case#* } cannot be read: Permission denied
EOT
done
train 'lis*/part.csv' --output run
expect_text err <<'EOT'
mdl: lis*/part.csv: the folder listed cannot be read: Permission denied
EOT
train 'nowhere/*.csv' --output run
expect_text err <<'EOT'
mdl: nowhere/*.csv: no file matches
EOT
train secret/part.csv --output run
expect_text err <<'EOT'
mdl: secret/part.csv: cannot be opened: Permission denied
EOT
train table.csv --output secret/run
expect_text err <<'EOT'
mdl: secret/run: cannot be accessed: Permission denied
EOT
train table.csv --output run --set data.test=secret/part.csv
expect_text err <<'EOT'
mdl: secret/part.csv: cannot be opened: Permission denied
EOT
expect_exit 1 "${drop[@]}" "$MDL" predict secret/model.safetensors table.csv
expect_text err <<'EOT'
mdl: secret/model.safetensors: cannot be opened: Permission denied
EOT
