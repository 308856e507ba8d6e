#!/usr/bin/env bash
# --slice scores groups of rows by columns the model may not use; a gate can be about one group.
. "$ROOT/tests/cli/lib.sh"

train_small
awk -F, 'NR == 1 { print $0 ",region,code" } NR > 1 { print $0 "," (NR % 2 ? "north" : "") "," NR % 2 ".0" }' table.csv >data.csv
expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv --slice region --slice home,code --fail-under 'accuracy[region=north]=0.01'
for missing in '' NA '(missing)'; do
  expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv --fail-under "accuracy[region=$missing]=0.01"
done
expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'accuracy[region= north ]=0.01' --fail-under 'accuracy[code=1]=0.01'
expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'accuracy[code=1.0,home=own]=0.01'
expect_exit 3 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'log_loss[region=north]=0.01'
expect_exit 4 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'f1[region=north]=0.68' --confidence 0.99

expect_exit 1 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'f1[region=south]=0.1'
expect_text err <<'EOT'
mdl: data.csv: no row has 'south' in region; the slices are '(missing)' and 'north'
EOT
expect_exit 1 "$MDL" evaluate run/model.safetensors data.csv --slice regoin
expect_text err <<'EOT'
mdl: data.csv: has no column 'regoin' to slice by; did you mean 'region'?
EOT
expect_exit 2 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'f1[region]=0.1'
expect_text err <<'EOT'
mdl evaluate: --fail-under 'f1[region]=0.1': 'region' is no COLUMN=VALUE
EOT
awk 'BEGIN { print "age,income,home,status"; for (i = 0; i < 120; ++i) printf "%d,1,own,%s\n", i, i % 2 ? "bad" : "good" }' >many.csv
awk -F, 'NR == 1 { print $0 ",id" } NR > 1 { print $0 ",c" NR }' many.csv >ids.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors ids.csv --slice id
expect_text err <<'EOT'
mdl: ids.csv:102: id makes more than 100 slices; slice by columns of few distinct values
EOT
expect_exit 1 "$MDL" evaluate run/model.safetensors many.csv --fail-under 'accuracy[age=3]=0.01'
expect_text err <<'EOT'
mdl: many.csv:102: age makes more than 100 slices; slice by columns of few distinct values
EOT

# Cells of the same value are one group, however they are spelled.
awk -F, 'BEGIN { split("A,A ,\302\240A,NA,,nan", g); split("1,1.0,1.00,1,1.0,1", n); split("true,TRUE,True,False,FALSE,false", t) }
  NR == 1 { print $0 ",g,n,t" } NR > 1 { i = NR % 6 + 1; print $0 "," g[i] "," n[i] "," t[i] }' table.csv >spelled.csv
expect_exit 0 "$MDL" evaluate run/model.safetensors spelled.csv --slice g --slice n --slice t,g --format json --intervals none
python3 - out <<'EOT'
import json, sys
for s in json.load(open(sys.argv[1]))["slices"]:
    print(s["columns"], [(g["values"], g["rows"]) for g in s["groups"]])
EOT
