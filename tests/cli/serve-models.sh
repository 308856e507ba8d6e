#!/usr/bin/env bash
# Versions, a canary, a shadow, and models that are replaced while requests come in.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
for version in 1 2 3; do
  "$MDL" train table.csv --target status --output "v$version" "${TINY[@]}" --set "model.version=$version" --set "train.seed=$version" >/dev/null
  cp "v$version/model.safetensors" "v$version.safetensors"
  "$MDL" predict "v$version.safetensors" table.csv >"v$version.csv"
done
if cmp -s v1.csv v2.csv || cmp -s v2.csv v3.csv; then exit 1; fi
"$MDL" token new --tokens tokens.yaml --scope 'infer:*' --scope 'metadata:*' --scope metrics --id caller >caller.token

expect_exit 1 "$MDL" serve m=v1.safetensors m=v1.safetensors --tokens tokens.yaml --port 0
expect_text err <<'EOT'
mdl: v1.safetensors and v1.safetensors: both are version 1 of the model 'm'; give one another name, or another model.version in training
EOT
cat >serve.yaml <<'EOT'
models:
- {path: v1.safetensors, nam: m, canary: 2}
- {name: m}
port: http
EOT
expect_exit 1 "$MDL" serve --config serve.yaml
expect_text err <<'EOT'
mdl: serve.yaml:2:26: unknown key 'nam'; did you mean 'name'?
serve.yaml:2:34: canary: expected a share of the requests above 0 and up to 1, or shadow, found '2'
serve.yaml:3:3: a model has no path
serve.yaml:4:1: port: expected a whole number from 0 to 65535, found 'http'
EOT

cat >serve.yaml <<'EOT'
models:
- {name: m, path: v1.safetensors}
- {name: m, path: v2.safetensors, canary: 0.25}
- {name: m, path: v3.safetensors, canary: shadow}
tokens: tokens.yaml
EOT
start_service --config serve.yaml
cat >canary.py <<'EOP'
import collections
from service import *

me, csv = token("caller"), open("table.csv", "rb").read()
answers = {open(f"v{version}.csv", "rb").read(): version for version in (1, 2, 3)}
def ask(path="/v1/predict", body=csv):
    status, answer, headers = call("POST", path, body, me, Content_Type="text/csv")
    expect(200, status)
    return answer, headers["Mdl-Model-Version"]

for version in (1, 2):
    answer, said = ask(f"/v1/models/m/versions/{version}/predict")
    expect((version, str(version)), (answers[answer], said))
versions = json.loads(call("GET", "/v2/models/m", token=me)[1])["versions"]
expect(["2", "1"], versions)
expect(404, call("POST", "/v1/models/m/versions/3/predict", csv, me, Content_Type="text/csv")[0])  # it answers nobody
head, *rows = csv.decode().splitlines()
counts = collections.Counter(ask(body=f"{head}\n{row.replace(',', f'.{i},', 1)}\n")[1] for i in range(10) for row in rows)
assert set(counts) == {"1", "2"} and 90 < counts["2"] < 210, counts  # of 600, of which a quarter is 150
expect(1, len({ask()[1] for _ in range(5)}))  # who asks the same again gets the same version
def metric(name):
    text = call("GET", "/metrics", token=me)[1].decode()
    found = [line.split()[-1] for line in text.splitlines() if line.startswith(name)]
    return float(found[0]) if found else None
while (metric('mdl_shadow_rows_total{model="m",version="3"}') or 0) < counts["1"]:
    time.sleep(0.05)
expect(0, metric("mdl_shadow_failures_total"))
assert metric("mdl_shadow_difference_sum") > 0
for version in (1, 2, 3):
    assert metric(f'mdl_drift_psi{{model="m",version="{version}",column="age"}}') is not None, version
EOP
python3 canary.py
stop_service

# Files are replaced by themselves, without a lost request: each answer is the old model's or the new one's.
signing_keys
cp v1.safetensors served.safetensors
"$MDL" sign served.safetensors --key private.pem
start_service m=served.safetensors --tokens tokens.yaml --trust public.pem
cat >load.py <<'EOP'
import os, sys, threading
from service import *

me, csv = token("caller"), open("table.csv", "rb").read()
answers = {open(f"v{version}.csv", "rb").read(): version for version in (1, 2)}
seen, stop, problems = set(), threading.Event(), []
def ask():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    while not stop.is_set():
        try:
            status, answer, headers = call("POST", "/v1/predict", csv, me, connection, Content_Type="text/csv")
            expect((200, str(answers[answer])), (status, headers["Mdl-Model-Version"]))
            seen.add(answers[answer])
        except Exception as problem:
            problems.append(repr(problem))
            return
threads = [threading.Thread(target=ask) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(2):
    for version in (2, 1):
        # The model first, its signature later: what was there stays until both fit.
        for end in ("safetensors", "safetensors.sig"):
            with open(f"v{version}.{end}", "rb") as file, open("next", "wb") as to: to.write(file.read())
            os.rename("next", f"served.{end}")
            time.sleep(2.5 if end == "safetensors" else 0)
        end = time.time() + 30
        while call("POST", "/v1/predict", csv, me, Content_Type="text/csv")[2]["Mdl-Model-Version"] != str(version):
            assert time.time() < end and not problems, problems
            time.sleep(0.05)
stop.set()
for thread in threads: thread.join()
expect([], problems)
expect({1, 2}, seen)
EOP
"$MDL" sign v1.safetensors --key private.pem
"$MDL" sign v2.safetensors --key private.pem
python3 load.py
grep -q "the model that was there stays in use" served.err
grep -q "served.safetensors: version 2 of the model 'm' is served from now on" served.err
stop_service

# SIGTERM under load: what was accepted is answered.
start_service m=v1.safetensors --tokens tokens.yaml
cat >drain.py <<'EOP'
import os, signal, sys, threading
from service import *

me, csv, counts = token("caller"), open("table.csv", "rb").read(), []
def ask():
    answered = 0
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        try:
            connection.connect()
        except ConnectionRefusedError:
            break
        try:
            while True:
                connection.putrequest("POST", "/v1/predict")
                for name, value in (("Authorization", f"Bearer {me}"), ("Content-Type", "text/csv"), ("Content-Length", str(len(csv)))):
                    connection.putheader(name, value)
                connection.endheaders(csv)
                answer = connection.getresponse()
                expect(200, answer.status)
                answer.read()
                answered += 1
                if answer.will_close: break
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            pass  # closed while idle, before it took the request
    counts.append(answered)
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
time.sleep(0.5)
os.kill(int(sys.argv[1]), signal.SIGTERM)
for thread in threads: thread.join()
expect(8, len(counts))
assert sum(counts) > 8, counts
EOP
python3 drain.py $server
code=0
wait $server || code=$?
trap - EXIT
[ $code = 0 ]
