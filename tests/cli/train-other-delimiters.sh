#!/usr/bin/env bash
# Semicolons with quoted names, and Excel's line that names the delimiter, are refused with what they are.
. "$ROOT/tests/cli/lib.sh"

printf '"age";"status"\n"0,5";"good"\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output run
expect_text err <<'EOT'
mdl: table.csv:1: ';' parts the fields, not ','; save the file with commas, or give mdl predict the --delimiter
EOT
printf 'sep=;\nage;status\n1;good\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output run
expect_text err <<'EOT'
mdl: table.csv:1: 'sep=;' is Excel's delimiter line, ';', and not the header; remove it: tail -n +2
EOT
printf 'Age, status\n1,good\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target status --output run
expect_text err <<'EOT'
mdl: table.csv: has no column 'status', as data.target says; did you mean ' status'?
EOT
