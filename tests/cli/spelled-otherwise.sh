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
for way in 0 all; do "$MDL" train table$way.csv --output run$way "${flags[@]}" >train$way 2>&1; done
model=run0/model.safetensors

# Another spelling in training or in prediction changes no weight, no answer and no score.
sed -n 's/^\(accuracy\|log_loss\) .*/&/p' train0 >scores
[ -s scores ]
sed -n 's/^\(accuracy\|log_loss\) .*/&/p' trainall | cmp - scores
"$MDL" predict $model table0.csv --only >answers
for way in 1 2 all; do
  expect_exit 0 "$MDL" predict $model table$way.csv --only
  cmp out answers
  expect_text err </dev/null
  expect_exit 0 "$MDL" predict runall/model.safetensors table$way.csv --only
  cmp out answers
  "$MDL" evaluate $model table$way.csv --intervals none --format json | sed 1,/data_sha256/d >report$way
done
cmp report1 report2

# Training says what it merges.
"$MDL" train tableall.csv --output again "${flags[@]/--quiet/--dry-run}" 2>err >out
grep '^the same value' err | expect_text - <<'EOT'
the same value, spelled otherwise: column 'size' ('1.0' as '1', '2.000' as '2', '3.0' as '3' and 3 more), column 'flag' ('TRUE ' as 'TRUE', 'true' as 'True' and 2 more)
EOT
