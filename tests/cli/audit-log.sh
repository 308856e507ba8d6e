#!/usr/bin/env bash
# mdl audit-log verify: a log whose hashes were computed by another program, whole, rotated, changed, cut off.
. "$ROOT/tests/cli/lib.sh"

python3 - <<'EOP'
import hashlib, json
previous, lines = "0" * 64, []
for sequence in range(1, 6):
    body = json.dumps({"sequence": sequence, "outcome": "answered", "previous": previous}, separators=(",", ":"))[:-1]
    previous = hashlib.sha256(body.encode()).hexdigest()
    lines.append(f'{body},"hash":"{previous}"}}\n')
    open(f"head{sequence}", "w").write(previous)
open("old.jsonl", "w").writelines(lines[:3])
open("new.jsonl", "w").writelines(lines[3:])
open("all.jsonl", "w").writelines(lines)
EOP

"$MDL" audit-log verify all.jsonl >out
expect_text out <<EOT
lines 1 to 5 follow each other
head $(cat head5)
EOT
gzip old.jsonl
"$MDL" audit-log verify old.jsonl.gz new.jsonl --head "$(cat head4)" >out
expect_text out <<EOT
lines 1 to 5 follow each other
head $(cat head5)
the head that was noted is line 4
EOT
"$MDL" audit-log verify new.jsonl --after "$(cat head3)" >out
expect_exit 1 "$MDL" audit-log verify new.jsonl
expect_text err <<'EOT'
mdl: new.jsonl:1: is line 4 of its log; give the files with those before it, too, or the hash of line 3 with --after
EOT
sed 's/answered/Answered/;3,$!d' all.jsonl >changed
sed -n '1,2p' all.jsonl | cat - changed >changed.jsonl
expect_exit 1 "$MDL" audit-log verify changed.jsonl
expect_text err <<'EOT'
mdl: changed.jsonl:3: is not as it was written: its hash is not that of its bytes
EOT
sed 3d all.jsonl >without.jsonl
expect_exit 1 "$MDL" audit-log verify without.jsonl
expect_text err <<'EOT'
mdl: without.jsonl:3: does not follow without.jsonl:2: it is line 4 of its log, and that is line 2; something was put in, left out or moved
EOT
head -n 4 all.jsonl >cut.jsonl
"$MDL" audit-log verify cut.jsonl >out
expect_exit 1 "$MDL" audit-log verify cut.jsonl --head "$(cat head5)"
expect_text err <<EOT
mdl: no line has the hash $(cat head5): lines are missing at the end, or all was written anew
EOT
: >empty.jsonl
"$MDL" audit-log verify empty.jsonl >out
expect_text out <<'EOT'
no lines
EOT

expect_exit 2 "$MDL" audit-log verify
expect_exit 2 "$MDL" audit-log verify all.jsonl --head abc
expect_exit 2 "$MDL" audit-log show all.jsonl
expect_exit 1 "$MDL" audit-log verify none.jsonl
