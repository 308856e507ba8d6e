#!/usr/bin/env bash
# keygen, encrypt, decrypt and rewrap as filters; age's own tool reads and writes the same files.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" keygen --output key.txt >public.txt
recipient=$(cat public.txt)
[ "$(stat -c %a key.txt)" = 600 ]
grep -qx "# public key: $recipient" key.txt
expect_exit 1 "$MDL" keygen --output key.txt
expect_text err <<'EOT2'
mdl: key.txt: is there already; a key is not overwritten
EOT2

"$MDL" encrypt table.csv --recipient "$recipient" --output table.csv.age
"$MDL" decrypt table.csv.age --identity key.txt --output back.csv
cmp table.csv back.csv
"$MDL" encrypt --recipients-file public.txt --armor <table.csv >table.asc
head -n 1 table.asc | grep -qx -- '-----BEGIN AGE ENCRYPTED FILE-----'
"$MDL" decrypt --identity key.txt <table.asc | cmp - table.csv
MDL_IDENTITY_FILE=key.txt "$MDL" decrypt table.asc | cmp - table.csv
MDL_IDENTITY=$(grep SECRET key.txt) "$MDL" decrypt table.asc | cmp - table.csv
"$MDL" decrypt table.asc --identity-fd 7 7<key.txt | cmp - table.csv
"$MDL" decrypt table.asc --identity <(cat key.txt) | cmp - table.csv

"$MDL" encrypt table.csv --passphrase --passphrase-fd 5 5< <(echo 'correct horse') >with_passphrase.age
"$MDL" decrypt with_passphrase.age --passphrase-fd 5 5< <(echo 'correct horse') | cmp - table.csv
expect_exit 1 "$MDL" decrypt with_passphrase.age --passphrase-fd 5 5< <(echo 'battery')
[ ! -s out ]

"$MDL" keygen --output other.txt >other_public.txt
expect_exit 1 "$MDL" decrypt table.csv.age --identity other.txt --output nothing.csv
[ ! -e nothing.csv ]
expect_exit 1 "$MDL" decrypt table.csv.age --output nothing.csv
grep -q -- '--identity' err

"$MDL" rewrap table.csv.age --identity key.txt --recipients-file other_public.txt 2>err
grep -q 'still can' err
"$MDL" decrypt table.csv.age --identity other.txt | cmp - table.csv
expect_exit 1 "$MDL" decrypt table.csv.age --identity key.txt

expect_exit 2 "$MDL" encrypt table.csv
expect_exit 2 "$MDL" rewrap table.csv.age --identity other.txt

if command -v age >age_path; then
  age --encrypt --recipient "$recipient" --output by_age.age table.csv
  "$MDL" decrypt by_age.age --identity key.txt | cmp - table.csv
  age --decrypt --identity key.txt table.asc | cmp - table.csv
  age --decrypt --identity other.txt table.csv.age | cmp - table.csv
fi
