#!/usr/bin/env bash
# Entries of a tokens file: made, listed and taken out; a token is printed once and never stored.
. "$ROOT/tests/cli/lib.sh"

"$MDL" token new --tokens t.yaml --scope infer:credit --scope metrics --rps 2.5 --burst 9 --rows-per-day 1000 --ttl 90d >a.token
"$MDL" token new --tokens t.yaml --scope 'explain:*' --id partner --output label --decimals 3 --address 10.0.0.0/8 --address ::1 >b.token
grep -qE '^mdl_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}$' a.token
[ "$(stat -c %a t.yaml)" = 600 ]
[ "$(grep -cF -f a.token t.yaml || true)" = 0 ]
grep -q "sha256: \"\\?$(printf %s "$(cat a.token)" | sha256sum | cut -c-64)" t.yaml

"$MDL" token new --tokens t.yaml --scope 'metadata:*' --id billing --certificate billing.example >out 2>err
expect_text out </dev/null
expect_text err <<'EOT'
t.yaml: billing is whoever shows a client certificate of the name billing.example; there is no token
EOT

"$MDL" token list --tokens t.yaml | sed 's/20..-..-..T..:..:..Z/TIME                /' >list
expect_text list <<'EOT'
id       scopes                output             expires               limits                         valid for
token-1  infer:credit metrics  probabilities      TIME                  2.5/s, burst 9, 1000 rows/day  -
partner  explain:*             label, 3 decimals  never                 -                              10.0.0.0/8 ::1
billing  metadata:*            probabilities      never                 -                              certificate billing.example
EOT

expect_exit 1 "$MDL" token revoke partnr --tokens t.yaml
expect_text err <<'EOT'
mdl: t.yaml: holds no token 'partnr'; did you mean 'partner'?
EOT
"$MDL" token revoke partner --tokens t.yaml 2>err
expect_text err </dev/null
[ "$("$MDL" token list --tokens t.yaml | cut -d' ' -f1 | xargs)" = "id token-1 billing" ]
[ "$(stat -c %a t.yaml)" = 600 ]

sed -i 's/^- id: billing/# the accounting department\n&/' t.yaml
"$MDL" token revoke token-1 --tokens t.yaml 2>err
expect_text err <<'EOT'
t.yaml: was edited by hand; it is written anew, without the comments in it
EOT
expect_exit 1 "$MDL" token new --tokens t.yaml --scope metrics --id billing
expect_exit 1 "$MDL" token new --tokens t.yaml --scope metrics --certificate billing.example
"$MDL" token revoke billing --tokens t.yaml
expect_text t.yaml <<'EOT'
# Written by mdl token. Tokens themselves are not here, only their SHA-256.
tokens: []
EOT

for wrong in "--scope everything" "" "--scope metrics --address 10.0.0.1/8" "--scope metrics --output all" "--scope metrics --decimals 18" \
  "--scope metrics --burst 3" "--scope metrics --ttl soon" "more --scope metrics"; do
  # shellcheck disable=SC2086
  expect_exit 2 "$MDL" token new --tokens t.yaml $wrong
done
expect_exit 2 "$MDL" token revoke --tokens t.yaml
expect_exit 2 "$MDL" token show --tokens t.yaml
chmod 644 t.yaml
expect_exit 1 "$MDL" token list --tokens t.yaml
