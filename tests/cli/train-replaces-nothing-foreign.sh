#!/usr/bin/env bash
# A run writes into a folder that is its own, never through a link, and never over a file that it reads or did not make.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
train=("$MDL" train table.csv --target status "${TINY[@]}")
all=(model.safetensors last.safetensors metrics.jsonl config.yaml report.html run.json run.json.sig model.safetensors.sig)

# Files of these names that no run has made stay, whatever is said.
for name in "${all[@]}"; do
  for how in "" --force --resume; do
    rm -rf mine && mkdir mine
    echo mine >mine/$name
    # shellcheck disable=SC2086
    expect_exit 1 "${train[@]}" --output mine $how
    expect_text err <<EOT
mdl: mine/$name: is in the way: it is not part of a run of mdl; choose another folder with --output
EOT
    [ "$(ls mine)" = $name ]
    [ "$(cat mine/$name)" = mine ]
  done
done

# Nor is a link followed or replaced, in a folder without a run and in one with a run.
"${train[@]}" --output run >/dev/null
for kind in link dangling folder; do
  for name in "${all[@]}"; do
    for start in mine run; do
      rm -rf there && mkdir there
      [ $start = mine ] || cp run/* there/
      rm -f there/$name
      echo precious >precious
      case $kind in
        link) ln -s ../precious there/$name ;;
        dangling) ln -s ../made there/$name ;;
        folder) mkdir there/$name ;;
      esac
      expect_exit 1 "${train[@]}" --output there --force
      expect_text err <<EOT
mdl: there/$name: is a link or not a file, which no run of mdl makes; choose another folder with --output
EOT
      [ "$(cat precious)" = precious ] && [ ! -e made ]
    done
  done
done

# A link to the folder itself is the user's.
ln -s run elsewhere
"${train[@]}" --output elsewhere --resume >out
expect_text out </dev/null

# What is read is not replaced, however it is spelled.
mkdir -p project
printf '# what I thought\ndata: {train: table.csv, target: status}\nmodel: {preset: plain, hidden: [4]}\ntrain: {epochs: 2}\noutput: project/../project\n' >project/config.yaml
cp project/config.yaml before.yaml
expect_exit 1 "$MDL" train project/config.yaml
expect_text err <<'EOT'
mdl: project/../project/config.yaml: is also an input, 'project/config.yaml', and would be overwritten; choose another folder with --output
EOT
cmp project/config.yaml before.yaml
cp -r run own
cp table.csv other.csv
ln -f other.csv own/report.html
for key in data.test data.validation 'data.train=[table.csv, "oth*.csv"]' ; do
  expect_exit 1 "${train[@]}" --output own --force --set "$(grep = <<<"$key" || echo "$key=./other.csv")"
  sed "s|'./other|'other|" err >seen
  expect_text seen <<'EOT'
mdl: own/report.html: is also an input, 'other.csv', and would be overwritten; choose another folder with --output
EOT
done
cmp table.csv other.csv

# The config that a run has left may be the one to go on with.
"$MDL" train run/config.yaml --quiet --resume >out
expect_text out </dev/null
"$MDL" train run/config.yaml --quiet --force >out
[ -s out ]

# Permissions to act as somebody else do not pass on to new bytes.
chmod 6640 run/report.html
"${train[@]}" --output run --force >out
[ "$(stat -c %a run/report.html)" = 640 ]
"$MDL" predict run/model.safetensors table.csv --output scored.csv
chmod 4755 scored.csv
"$MDL" predict run/model.safetensors table.csv --output scored.csv
[ "$(stat -c %a scored.csv)" = 755 ]
rm scored.csv
(umask 027 && "$MDL" predict run/model.safetensors table.csv --output scored.csv)
[ "$(stat -c %a scored.csv)" = 640 ]
