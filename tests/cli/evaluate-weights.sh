#!/usr/bin/env bash
# --weight COLUMN: a row of weight 2 counts like two rows, one of weight 0 not at all.
. "$ROOT/tests/cli/lib.sh"

train_small
awk 'NR == 1 { print $0 ",w" } NR > 1 { print $0 "," NR % 3 }' table.csv >weighted.csv
awk 'NR == 1 { print } NR > 1 { for (i = 0; i < NR % 3; ++i) print }' table.csv >repeated.csv
"$MDL" evaluate run/model.safetensors weighted.csv --weight w --format json --intervals none >weighted.json
"$MDL" evaluate run/model.safetensors repeated.csv --format json --intervals none >repeated.json
python3 - <<'EOT'
import json
weighted, repeated = json.load(open("weighted.json")), json.load(open("repeated.json"))
for part in "metrics", "baseline":
    assert weighted[part].keys() == repeated[part].keys()
    for name, value in repeated[part].items():
        if name != "ece":  # whose bins hold as many rows, whatever they weigh
            assert abs(weighted[part][name] - value) < 1e-12, (part, name, value, weighted[part][name])
assert weighted["rows"] == 60
EOT

expect_exit 1 "$MDL" evaluate run/model.safetensors weighted.csv --weight v
expect_text err <<'EOT'
mdl: weighted.csv: has no column 'v' of row weights
EOT
sed '5s/[0-9]*$/-1/' weighted.csv >negative.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors negative.csv --weight w
expect_text err <<'EOT'
mdl: negative.csv:5: column 'w', the sample weight: expected a number of at least 0, found '-1'
EOT
sed '2,$s/[0-9]*$/0/' weighted.csv >nothing.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors nothing.csv --weight w
expect_text err <<'EOT'
mdl: nothing.csv: column 'w', the sample weight: is 0 in every row
EOT

# A group that weighs nothing has no scores and no part in what groups are compared by.
awk -F, 'NR == 1 { print $0 ",w" } NR > 1 { print $0 "," 0.1 }' table.csv | sed '30,$s/rent,\(.*\),0.1$/none,\1,0/' >group.csv
"$MDL" evaluate run/model.safetensors group.csv --weight w --slice home --format json >group.json
python3 - <<'EOT'
import json
slices = json.load(open("group.json"))["slices"][0]
assert {tuple(g["values"]): bool(g["metrics"]) for g in slices["groups"]} == {("own",): True, ("rent",): True, ("none",): False}, slices["groups"]
EOT
