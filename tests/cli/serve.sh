#!/usr/bin/env bash
# A model as a service: rows as mdl predict answers them, tensors, who may do what, reload and a graceful end.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" predict run/model.safetensors table.csv >clear.csv
"$MDL" token new --tokens tokens.yaml --scope infer:credit --scope metadata:credit --id caller >caller.token
"$MDL" token new --tokens tokens.yaml --scope metrics --id monitor >monitor.token
[ "$(stat -c %a tokens.yaml)" = 600 ]
[ "$(grep -cF -f caller.token tokens.yaml || true)" = 0 ]
expect_exit 1 "$MDL" token new --tokens tokens.yaml --scope metrics --id caller
expect_exit 2 "$MDL" token new --tokens tokens.yaml --scope everything
expect_exit 2 "$MDL" serve run/model.safetensors --host 0.0.0.0
expect_exit 1 "$MDL" serve none.safetensors
chmod 644 tokens.yaml
expect_exit 1 "$MDL" serve run/model.safetensors --tokens tokens.yaml --port 0
chmod 600 tokens.yaml

start_service credit=run/model.safetensors --tokens tokens.yaml
grep -q '^serving credit on' served.err

cat >check.py <<'EOP'
import service
from service import *

caller, monitor = token("caller"), token("monitor")

def call(method, path, body=None, token=caller, **headers):
    return service.call(method, path, body, token, **headers)

csv, clear = open("table.csv", "rb").read(), open("clear.csv", "rb").read()
for path in ("/v1/predict", "/v1/models/credit/predict"):
    status, body, headers = call("POST", path, csv, Content_Type="text/csv; charset=utf-8")
    expect((200, clear), (status, body))
    expect(64, len(headers["Mdl-Model-Sha256"]))
status, body, _ = call("POST", "/v1/predict", b'{"age":30,"income":500,"home":"own"}\n', Content_Type="application/json")
expect((200, "bad"), (status, json.loads(body)["prediction"]))

# Every route but those for health wants a token that is ours and for it; all others get one answer.
routes = [("GET", "/v2"), ("GET", "/v2/models/credit"), ("GET", "/v2/models/credit/ready"), ("GET", "/metrics"),
          ("GET", "/v2/models/credit/versions/0"), ("GET", "/v2/models/credit/versions/0/ready"),
          ("POST", "/v2/models/credit/infer"), ("POST", "/v2/models/credit/versions/0/infer"),
          ("POST", "/v1/models/credit/predict"), ("POST", "/v1/predict")]
for method, path in routes:
    answers = {call(method, path, token=token)[:2] for token in (None, caller[:-1])}
    expect(1, len(answers))
    expect(401, answers.pop()[0])
    expect(401, call(method, f"{path}?token={caller}", token=None)[0])
    expect(403, call(method, path, token=caller if path == "/metrics" else monitor)[0])
expect({401}, {call("GET", "/v2", token=token)[0] for token in ("", "mdl_wrong", caller + "x")})
expect(403, call("GET", "/v2/models/other")[0])
expect(404, call("GET", "/v2/models/credit/versions/7")[0])
expect(404, call("GET", "/v2/models//infer")[0])
expect(404, call("GET", "/../etc/passwd")[0])
status, _, headers = call("GET", "/v1/predict")
expect((405, "POST"), (status, headers["Allow"]))
expect(200, call("GET", "/v2/health/live", token=None)[0])
expect(200, call("GET", "/v2/health/ready", token=None)[0])

# Tensors, as JSON.
def infer(inputs, **more):
    request = {"id": "7", "inputs": inputs, **more}
    return call("POST", "/v2/models/credit/infer", json.dumps(request), Content_Type="application/json")

def tensor(name, datatype, data):
    return {"name": name, "datatype": datatype, "shape": [len(data)], "data": data}

good = [tensor("age", "FP64", [20, 21]), tensor("income", "INT64", [0, 3700]), tensor("home", "BYTES", ["rent", "own"])]
status, body, _ = infer(good)
answer = json.loads(body)
expect((200, "credit", "7"), (status, answer["model_name"], answer["id"]))
outputs = {output["name"]: output["data"] for output in answer["outputs"]}
rows = [line.split(",") for line in clear.decode().splitlines()[1:3]]
expect([row[4] for row in rows], outputs["prediction"])
expect([[float(row[5]), float(row[6])] for row in rows], [list(pair) for pair in zip(outputs["p_bad"], outputs["p_good"])])
status, body, _ = infer(good, outputs=[{"name": "p_good"}])
expect(["p_good"], [output["name"] for output in json.loads(body)["outputs"]])
status, body, _ = infer([tensor("age", "FP64", [None, 21])] + good[1:])
expect(200, status)

for wrong in (good[:2], good + good[:1], [tensor("age", "FP64", [1])] + good[1:], [tensor("age", "FP64", ["a", "b"])] + good[1:],
              [tensor("age", "FP16", [1, 2])] + good[1:], [{"name": "age"}] + good[1:], [], {}, "inputs", None,
              [dict(good[0], shape=[2, 2])] + good[1:], [dict(good[0], shape=[10**12])] + good[1:],
              [tensor("age", "BYTES", ["abc", "1"])] + good[1:]):
    status, body, _ = infer(wrong)
    expect(422, status)
    assert json.loads(body)["error"], body
for body in (b"", b"{", b"[" * 10000, b'{"inputs":1e400}', b'{"a":1,"a":2}', b"\xff\xfe", b"\x00", b"PAR1", b"\x1f\x8b\x08"):
    expect(422, call("POST", "/v2/models/credit/infer", body, Content_Type="application/json")[0])
expect(415, call("POST", "/v2/models/credit/infer", b"{}", Content_Type="application/xml")[0])
for body in (b"", b"PAR1", b"\x1f\x8b\x08", b"age-encryption.org/v1\n", b"a,b\n1,2\n", b'"', b"age,income,home\nx,1,own\n"):
    expect(422, call("POST", "/v1/predict", body, Content_Type="text/csv")[0])
expect(415, call("POST", "/v1/predict", csv)[0])
expect(413, call("POST", "/v1/predict", b"x" * (1 << 20) + b"x", Content_Type="text/csv")[0])

# What is no HTTP, or too much of it.
head = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
head += b"Content-Type: text/csv\r\nAuthorization: Bearer " + caller.encode() + b"\r\n"
for text in (head + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", head + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
             head + b"Content-Length: -1\r\n\r\n", head + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", b"nonsense\r\n\r\n",
             b"GET / HTTP/9.9\r\n\r\n"):
    assert raw(text).startswith(b"HTTP/1.1 400"), (text, raw(text))
assert raw(b"GET / HTTP/1.1\r\nX: " + b"x" * 20000 + b"\r\n\r\n").startswith(b"HTTP/1.1 431")
two = b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
assert raw(two).startswith(b"HTTP/1.1 200")

metrics = call("GET", "/metrics", token=monitor)[1].decode()
assert 'mdl_rows_total{model="credit",version="0"}' in metrics and 'status="401"' in metrics, metrics
EOP
python3 check.py

# Revoked without a restart; a file that is not right changes nothing and is told; so does a model.
grep -v 'nothing' tokens.yaml >before.yaml
sed -i '/id: caller/,$!b' tokens.yaml
awk '/- id: monitor/ { on = 1 } /^tokens:|^#/ || on' before.yaml >tokens.yaml
kill -HUP $server
until grep -q 'tokens.yaml: these tokens are valid' served.err; do sleep 0.02; done
status() {
  python3 -c '
import sys
from service import *
print(call("GET", sys.argv[1], token=open(sys.argv[2]).read().strip())[0])' "$1" "$2"
}
[ "$(status /v2/models/credit caller.token)" = 401 ]
[ "$(status /metrics monitor.token)" = 200 ]
echo 'tokens: [' >tokens.yaml
cp run/model.safetensors whole
head -c 100 whole >run/model.safetensors
kill -HUP $server
until [ "$(grep -c 'stays\? in use' served.err)" = 2 ]; do sleep 0.02; done
[ "$(status /metrics monitor.token)" = 200 ]

stop_service
[ ! -s served.out ]
