#!/usr/bin/env bash
# The whole way: an encrypted table, a model that is signed and encrypted, a service with tokens, answers with their reasons, and a log of
# who was answered that shows when it was changed.
. "$ROOT/tests/cli/lib.sh"

# Who prepares the data holds no secret; who trains and who serves have one each.
"$MDL" keygen --output trainer.key >trainer.pub
"$MDL" keygen --output server.key >server.pub
signing_keys
small_table >table.csv
head -n 6 table.csv | cut -d , -f 1-3 >applicants.csv
"$MDL" encrypt table.csv --recipients-file trainer.pub --output table.csv.age
rm table.csv

"$MDL" train table.csv.age --target status --identity trainer.key --output run "${TINY[@]}" --set model.version=3 \
  --set "protect.recipients=[$(cat trainer.pub), $(cat server.pub)]" >/dev/null
"$MDL" sign run/model.safetensors.age --key private.pem
[ "$(find . -name '*.csv' -o -name '*.safetensors' | sort | tr '\n' ' ')" = './applicants.csv ' ]

"$MDL" token new --tokens tokens.yaml --scope infer:credit --scope explain:credit --id desk >desk.token
"$MDL" token new --tokens tokens.yaml --scope infer:credit --output label --id portal >portal.token
"$MDL" token new --tokens tokens.yaml --scope infer:credit --scope explain:credit --output label --id label >label.token
"$MDL" token new --tokens tokens.yaml --scope infer:credit --output top1 --decimals 2 --rows-per-day 7 --id partner >partner.token

serve=(credit=run/model.safetensors.age --tokens tokens.yaml --trust public.pem --min-version 3)
expect_exit 1 "$MDL" serve run/model.safetensors.age --identity server.key --trust other-public.pem --port 0
expect_exit 1 "$MDL" serve run/model.safetensors.age --identity server.key --trust public.pem --min-version 4 --port 0
expect_exit 1 "$MDL" serve "${serve[@]}" --port 0
start_service "${serve[@]}" --identity server.key --audit-log audit.jsonl --log-format json --log-requests
cat >story.py <<'EOP'
import csv, io
from service import *

rows = open("applicants.csv", "rb").read()
def ask(name, query="", body=rows):
    status, answer, headers = call("POST", "/v1/models/credit/predict" + query, body, token(name), Content_Type="text/csv", X_Request_Id="story-1")
    return (status, list(csv.DictReader(io.StringIO(answer.decode()))), headers) if status == 200 else (status, json.loads(answer), headers)

status, plain, headers = ask("desk")
expect((200, 5, "3", "story-1"), (status, len(plain), headers["Mdl-Model-Version"], headers["X-Request-Id"]))
status, why, _ = ask("desk", "?explain=true")
expect([row["prediction"] for row in plain], [row["prediction"] for row in why])
for row in why:
    parts = [float(row[f"contribution_{name}"]) for name in ("age", "income", "home")]
    expect(float(row["raw_output"]), float(row["raw_reference"]) + parts[0] + parts[1] + parts[2])
expect(403, ask("portal", "?explain=true")[0])
expect((403, {"error": "contributions tell more of the probability than this token may see"}), ask("label", "?explain=true")[:2])
expect(400, ask("desk", "?explain=yes")[0])
expect(["age", "income", "home", "prediction"], list(ask("portal")[1][0]))
status, partner, _ = ask("partner")
expect(["age", "income", "home", "prediction", "top_1", "p_top_1"], list(partner[0]))
expect(f"{float(plain[0]['p_' + plain[0]['prediction']]):.2f}".rstrip("0"), partner[0]["p_top_1"])
status, why_not, headers = ask("partner")  # 5 of 7 rows are used
assert status == 429 and 0 < int(headers["Retry-After"]) <= 86400, (status, why_not)
expect(200, ask("partner", body=b"age,income,home\n1,2,own\n3,4,own\n")[0])
expect(422, ask("desk", body=b"age\n1\n")[0])

tensors = [{"name": name, "shape": [1], "datatype": kind, "data": [value]} for name, kind, value in (("age", "FP64", 30), ("income", "FP64", 500), ("home", "BYTES", "own"))]
answers = {name: post("/v2/models/credit/infer", {"inputs": tensors}, token(name))[1]["outputs"] for name in ("portal", "desk", "label")}
expect(["prediction"], [output["name"] for output in answers["portal"]])
expect(3, len(answers["desk"]))
status, refused = post("/v2/models/credit/infer", {"inputs": tensors, "outputs": [{"name": "p_bad"}]}, token("portal"))
expect((422, "there is no output 'p_bad'; there are prediction"), (status, refused["error"].replace("there is prediction", "there are prediction")))
EOP
python3 story.py

# The answers with reasons are those of mdl predict --explain.
"$MDL" predict run/model.safetensors.age applicants.csv --explain --identity server.key >explained.csv
python3 - <<'EOP'
from service import *
status, answer, _ = call("POST", "/v1/predict?explain=true", open("applicants.csv", "rb").read(), token("desk"), Content_Type="text/csv")
expect((200, open("explained.csv", "rb").read()), (status, answer))
EOP
stop_service

# Each decision is a line; none holds a feature or a token; a changed byte is found.
"$MDL" audit-log verify audit.jsonl >verified
grep -q '^lines 1 to 15 follow each other$' verified
python3 - <<'EOP'
import json
lines = [json.loads(line) for line in open("audit.jsonl")]
assert [line["status"] for line in lines].count(403) == 2, lines
assert {line["token"] for line in lines} == {"desk", "portal", "label", "partner"}, lines
assert all(len(line["sha256"]) == 64 and line["version"] == "3" for line in lines if line["status"] == 200), lines
requests = [json.loads(line) for line in open("served.err") if '"request"' in line]
assert len(requests) == 15, requests
EOP
if grep -F -f desk.token -e 'own' audit.jsonl served.err; then exit 1; fi
sed -i '3s/"token":"portal"/"token":"desk"/' audit.jsonl
expect_exit 1 "$MDL" audit-log verify audit.jsonl
grep -q '^mdl: audit.jsonl:3: ' err
