#!/usr/bin/env bash
# Numbers and dates are sliced by intervals: at cuts that are told, or where they are many, at their quantiles; a gate names an interval as the
# report does.
. "$ROOT/tests/cli/lib.sh"

train_small
awk -F, 'NR == 1 { print $0 ",day,age:18,18,band,nr" } NR > 1 {
  printf "%s,2024-%02d-10,%s,%s,%s,%s\n", $0, NR % 12 + 1, NR % 2 ? "x" : "y", NR % 2, NR % 2 ? "" : "\"[18, 30)\"", NR % 7 ? NR * 1.5 : ""
}' table.csv >data.csv

# slices DATA FLAG...: the slices' columns, and the groups with their rows, a line each.
slices() {
  expect_exit 0 "$MDL" evaluate run/model.safetensors "$@" --intervals none --format json
  python3 -c 'import json; [print(",".join(s["columns"]), *("/".join(g["values"]) + ":" + str(g["rows"]) for g in s["groups"]), sep=" | ") for s in json.load(open("out"))["slices"]]'
}

slices data.csv --slice age --slice home --slice age:30,60 --slice 'home,age:40' --slice age:18 --slice day:2024-04-01,2024-07-10 --slice nr >found
expect_text found <<'EOT'
age | (-inf, 31):12 | [31, 43):12 | [43, 55):12 | [55, 67):12 | [67, inf):12
home | own:40 | rent:20
age | (-inf, 30):11 | [30, 60):30 | [60, inf):19
home,age | own/(-inf, 40):14 | own/[40, inf):26 | rent/(-inf, 40):7 | rent/[40, inf):13
age:18 | x:30 | y:30
day | (-inf, 2024-04-01):15 | [2024-04-01, 2024-07-10):15 | [2024-07-10, inf):30
nr | (-inf, 19):10 | [19, 37):10 | [37, 57):11 | [57, 75):10 | [75, inf):11 | (missing):8
EOT

# A gate makes its own cuts, however its interval is spelled; it is of a --slice where that has the interval.
slices data.csv --slice age:30,60 --fail-under 'accuracy[age=[30,60.0)]=0.01' --fail-under 'accuracy[home=rent,age=(-inf, 40)]=0.01' \
  --fail-under 'accuracy[band=[18, 30)]=0.01' --fail-under 'accuracy[day=[2024-11-01, inf)]=0.01' >found
expect_text found <<'EOT'
age | (-inf, 30):11 | [30, 60):30 | [60, inf):19
home,age | own/(-inf, 40):14 | own/[40, inf):26 | rent/(-inf, 40):7 | rent/[40, inf):13
band | (missing):30 | [18, 30):30
day | (-inf, 2024-11-01):50 | [2024-11-01, inf):10
EOT
# A gate about one number keeps numbers apart.
slices data.csv --slice age --fail-under 'accuracy[age=30]=0' >found
[ "$(grep -c '| 30:1 |' found)" -eq 1 ]
expect_exit 1 "$MDL" evaluate run/model.safetensors data.csv --fail-under 'accuracy[age=[90, 95)]=0.01'
expect_text err <<'EOT'
mdl: data.csv: no row has '[90, 95)' in age; the slices are '(-inf, 90)'
EOT

# refused FLAG...: and this is what is said of it.
refused() {
  expect_exit 1 "$MDL" evaluate run/model.safetensors data.csv "$@"
  expect_text err
}
refused --slice age:60,30 <<'EOT'
mdl: data.csv: column 'age': the cuts 60, 30 do not ascend
EOT
refused --slice home:3 <<'EOT'
mdl: data.csv: column 'home': holds texts, which cannot be cut at '3'
EOT
refused --slice age:young <<'EOT'
mdl: data.csv: column 'age': cannot be cut at 'young'; expected a number
EOT
refused --slice 'day:01/02/2024,01/06/2024' <<'EOT'
mdl: data.csv: column 'day': cannot be cut at '01/02/2024' and '01/06/2024'; expected a number or a date like 2024-05-31
EOT
refused --slice age:30,hoem <<'EOT'
mdl: data.csv: has no column 'hoem' to slice by; did you mean 'home'?
EOT
refused --slice age:10,18 <<'EOT'
mdl: --slice 'age:10,18': '18' is a cut of age or a column; name that column first: --slice '18,age:...'
EOT
refused --slice band:3 <<'EOT'
mdl: data.csv:2: column 'band', which is cut into slices: '[18, 30)' is not a number
EOT
slices data.csv --slice 18,age:30 >found
[ "$(grep -c '18,age | 0/(-inf, 30):' found)" -eq 1 ]

# Many different numbers; three rows.
awk 'BEGIN { print "age,income,home,status,z"; for (i = 0; i < 1000; ++i) printf "%d,%d,own,%s,%.6f\n", i % 60, i, i % 2 ? "bad" : "good", i * i / 7 }' >many.csv
slices many.csv --slice z --slice income >found
expect_text found <<'EOT'
z | (-inf, 5700):200 | [5700, 22800):200 | [22800, 51400):200 | [51400, 91400):200 | [91400, inf):200
income | (-inf, 200):200 | [200, 400):200 | [400, 600):200 | [600, 800):200 | [800, inf):200
EOT
head -n 4 table.csv >three.csv
slices three.csv --slice age --slice age:21 >found
expect_text found <<'EOT'
age | 20:1 | 21:1 | 22:1
age | (-inf, 21):1 | [21, inf):2
EOT
