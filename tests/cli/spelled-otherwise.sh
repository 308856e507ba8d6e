#!/usr/bin/env bash
# The same value, spelled otherwise, gets the same answer; what training merges, and what it did not see, is told.
. "$ROOT/tests/cli/lib.sh"

# table.csv: a size, a flag, a city and a number, each spelled in the first way or in all ways; the label follows the size.
table() {
  python3 - "$1" <<'EOT'
import sys
sizes = [["1", "1.0", " 1"], ["2", "2.000", "2\t"], ["3", "3.0", "\u00a03"]]
flags = [["True", "true", "TRUE "], ["False", "false", " FALSE"]]
cities = [["K\u00f6ln", "Ko\u0308ln", "K\u00f6ln\u3000"], ["Bonn", " Bonn", "Bonn "]]
labels = [["no", "no ", " no"], ["yes", "yes\t", "yes "]]
print("size,flag,city,x,y")
for i in range(180):
    way = i // 7 % 3 if sys.argv[1] == "all" else int(sys.argv[1])
    x = ["", "NA ", "-99.0"][i % 3] if i % 10 == 0 else i % 13
    size = i % 3
    print(f"{sizes[size][way]},{flags[i // 3 % 2][way]},{cities[i // 6 % 2][way]},{x},{labels[size > 0][way]}")
EOT
}
for way in 0 1 2 all; do table $way >table$way.csv; done
flags=(--target y "${TINY[@]}" --set 'data.types={size: categorical}' --set 'data.missing=["", NA, -99]')

# The same model, and the same answers and scores.
for way in 0 1 2 all; do "$MDL" train table$way.csv --output run$way "${flags[@]}" >training; done
model=run0/model.safetensors
cmp $model runall/model.safetensors
"$MDL" predict $model table0.csv --only >answers
scores() {
  "$MDL" evaluate $model "$1" --intervals none --format json --slice size --slice city,flag --slice x >report.json
  python3 - <<'EOT'
import json
report = json.load(open("report.json"))
print(report["metrics"])
for s in report["slices"]: print(s["columns"], [(group["rows"], group["metrics"]) for group in s["groups"]])
EOT
}
scores table0.csv >wanted
for way in 1 2 all; do
  expect_exit 0 "$MDL" predict $model table$way.csv --only
  cmp out answers
  expect_text err </dev/null
  "$MDL" predict run$way/model.safetensors table0.csv --only | tail -n +2 | cut -d , -f 2- | cmp - <(tail -n +2 answers | cut -d , -f 2-)
  scores table$way.csv | cmp - wanted
done
expect_exit 0 "$MDL" evaluate $model table2.csv --fail-under 'accuracy[size=3.00]=0' --fail-under 'accuracy[flag=FALSE,city=Köln ]=0'

# Training says what it merges.
"$MDL" train tableall.csv --output again "${flags[@]/--quiet/--force}" 2>err >out
grep '^the same value' err >told
expect_text told <<'EOT'
the same value in different spellings: column 'size' ('2.000' as '2', '3.0' as '3', '1.0' as '1' and 3 more), column 'flag' ('true' as 'True', 'false' as 'False', 'TRUE ' as 'True' and 1 more), column 'city' (' Bonn' as 'Bonn', 'Ko\xcc\x88ln' as 'Köln', 'K\xc3\xb6ln\xe3\x80\x80' as 'Köln' and 1 more) and column 'y' ('yes\t' as 'yes', 'no ' as 'no', 'yes ' as 'yes' and 1 more)
EOT

# A number that is spelled otherwise stays a class of its own, which is said.
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; ++i) print i "," (i % 3 == 0 ? "1E3" : i % 3 == 1 ? "10E2" : "7") }' >codes.csv
expect_exit 0 "$MDL" train codes.csv --target y --output codes "${TINY[@]/--quiet/--force}"
grep '^target' err >told
expect_text told <<'EOT'
target 'y': '10E2' and '1E3' are the same number in different spellings; they are kept as two classes
target 'y': multiclass, classes 7 33.3 %, 10E2 33.3 % and 1E3 33.3 %; to predict them as numbers, set data.task: regression
EOT
