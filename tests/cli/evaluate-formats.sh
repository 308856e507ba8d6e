#!/usr/bin/env bash
# One run writes several reports, each in the format that its name says, and all of them show the same verdict.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 3 "$MDL" evaluate run/model.safetensors table.csv --fail-under log_loss=0.000001 --fail-under accuracy=0.0 --format markdown \
  --report r.txt --report r.json --report r.md --report r.xml --report r.html
cmp out r.md
grep -qx '\*\*1 of 2 gates FAILED\*\*' r.md
grep -qx '1 of 2 gates FAILED' r.txt
grep -q '<testsuite .* tests="2" failures="1" errors="0"' r.xml
grep -q '<li class="fail">log_loss &lt;= 1e-06: .* <b>FAILED</b></li>' r.html
python3 - <<'EOT'
import json, xml.etree.ElementTree
assert [gate["verdict"] for gate in json.load(open("r.json"))["gates"]] == ["fail", "pass"]
assert len(xml.etree.ElementTree.parse("r.xml").findall("testcase")) == 2
EOT

expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --report r.pdf
expect_text out </dev/null
expect_text err <<'EOT'
mdl evaluate: --report 'r.pdf': the format follows the name's ending, one of .txt, .json, .md, .xml and .html
EOT
