#!/usr/bin/env bash
# What nobody should send, and too much of it: each is refused or ends in time, and the service answers others meanwhile.
. "$ROOT/tests/cli/lib.sh"

# Names that would break a line, a header or the direction of a text.
printf 'a\tg\342\200\256e,"in\r\ncome",status\n' >table.csv
awk 'BEGIN { for (i = 0; i < 60; ++i) printf "%d,%d,%s\n", 20 + i % 59, i * 37 % 60 * 100, i * 37 % 60 < 30 ? "bad" : "good" }' >>table.csv
"$MDL" train table.csv --target status --output odd "${TINY[@]}" >/dev/null
awk 'BEGIN { print "x,y"; for (i = 0; i < 40000; ++i) printf "%d,c%d\n", i, i % 4000 }' >many.csv
"$MDL" train many.csv --target y --output many --quiet --set model.preset=plain --set 'model.hidden=[2]' --set train.epochs=1 --set data.task=multiclass >/dev/null
rm table.csv
train_small
"$MDL" token new --tokens tokens.yaml --scope 'infer:*' --scope 'metadata:*' --scope 'details:*' --scope metrics --id caller >caller.token
cat >serve.yaml <<'EOT'
models: [{name: m, path: run/model.safetensors}, {name: odd, path: odd/model.safetensors}, {name: many, path: many/model.safetensors}]
tokens: tokens.yaml
limits: {read_seconds: 1, idle_seconds: 2, connections: 200, connections_per_address: 100}
EOT
for model in - /dev/stdin /proc/self/fd/3 ../x; do
  expect_exit "$([ $model = ../x ] && echo 1 || echo 2)" "$MDL" serve "m=$model" --port 0
done
start_service --config serve.yaml
cat >abuse.py <<'EOP'
import os, sys, zlib
from service import *

me, server = token("caller"), int(sys.argv[1])
def alive():
    expect(200, call("GET", "/v2/models/m", token=me)[0])
def memory():
    return int(next(line for line in open(f"/proc/{server}/status") if line.startswith("VmRSS")).split()[1])

start = f"POST /v1/models/m/predict HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {me}\r\nContent-Type: text/csv\r\n".encode()
for wanted, head in ((400, b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), (400, b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                     (400, b"Content-Length: -1\r\n\r\n"), (400, b"Content-Length: 99999999999999999999999\r\n\r\n"), (413, b"Content-Length: 9999999999\r\n\r\n"),
                     (400, b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"), (400, b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
                     (413, b"Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nabc"), (431, b"X: y\r\n" * 200 + b"\r\n"), (431, b"X: y\r\n" * 1_000_000),
                     (431, b"X: " + b"y" * 20000 + b"\r\n\r\n"), (400, b"Host: other\r\nContent-Length: 0\r\n\r\n"), (417, b"Expect: 200-maybe\r\nContent-Length: 5\r\n\r\n"),
                     (501, b"Transfer-Encoding: xchunked\r\n\r\n"), (501, b"Transfer-Encoding: gzip\r\n\r\n"), (501, b"Transfer-Encoding: chunked, identity\r\n\r\n"), (501, b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                     (501, b"Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc"), (400, b"X y\r\n\r\n"), (400, b"X: a\r\n b\r\n\0\r\n\r\n")):
    answer = raw(start + head)
    assert answer.startswith(b"HTTP/1.1 %d" % wanted), (wanted, head[:80], answer[:200])
for text, wanted in ((b"nonsense\r\n\r\n", 400), (b"GET / HTTP/9.9\r\n\r\n", 400), (b"GET /v2/health/live HTTP/1.1\r\n\r\n", 400), (b"\x16\x03\x01\x02\x00\x01" + b"\0" * 99, 400),
                     (b"GET http://evil/v2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404), (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)):
    answer = raw(text)
    assert answer.startswith(b"HTTP/1.1 %d" % wanted), (text, answer[:100])

# Only under its own names, and not from pages of others.
live = "GET /v2/health/live HTTP/1.1\r\nConnection: close\r\nHost: "
for host, origin, wanted in (("localhost", "", 200), ("127.0.0.1", "", 200), ("[::1]:80", "", 200), ("evil.example", "", 421), ("localhost.evil.example", "", 421), ("", "", 400),
                             (f"localhost:{PORT}", f"http://localhost:{PORT}", 200), (f"localhost:{PORT}", "http://evil.example", 403), ("localhost", "null", 403),
                             (f"localhost:{PORT}", "http://localhost:1", 403)):
    answer = raw((live + host + (f"\r\nOrigin: {origin}" if origin else "") + "\r\n\r\n").encode())
    assert answer.startswith(b"HTTP/1.1 %d" % wanted) and b"Access-Control" not in answer, (host, origin, answer)

# Pipelined requests are answered in turn; what follows a request that ends the connection is lost.
one = start + b"Content-Length: 30\r\n\r\nage,income,home\n30,500,own\n\n\n\n"
expect(3, raw(one * 3 + live.encode() + b"evil\r\n\r\n").count(b"HTTP/1.1 200"))

# A head, a body and nothing at all, each a byte a second, end in time; a body without an end ends at its limit.
for parts in (("G", "E", "T"), (start.decode() + "Content-Length: 9\r\n\r\n", "a", "g", "e"), ("",)):
    began = time.time()
    raw(*(part.encode() for part in parts), pause=0.9)
    assert time.time() - began < 9, parts
def endless():
    yield start + b"Transfer-Encoding: chunked\r\n\r\n"
    for _ in range(4000): yield b"1000\r\n" + b"1" * 4096 + b"\r\n"
assert raw(*endless()).startswith(b"HTTP/1.1 413") or True
alive()

# Bodies that are not what they say, or hold more than they seem to.
def tensors(data): return b'{"inputs":[{"name":"age","shape":[1],"datatype":"FP64","data":[' + data + b"]}]}"
for body in (tensors(b"NaN"), tensors(b"1e400"), tensors(b"[" * 10000), b"[" * 10000 + b"]" * 10000, tensors(b'"\xff"'), b'{"inputs":[],"inputs":[]}', b"\xef\xbb\xbf{}x",
             b'{"inputs":[{"name":"age","shape":[18446744073709551615],"datatype":"FP64","data":[]}]}', b'{"inputs":[{"name":"age","shape":[-1],"datatype":"FP64","data":[]}]}'):
    expect(422, call("POST", "/v2/models/m/infer", body, me, Content_Type="application/json")[0])
# The data of a tensor under another spelling of its key, outputs twice, and nothing behind something.
whole = [{"name": "age", "shape": [1], "datatype": "FP64", "data": [1]}, {"name": "income", "shape": [1], "datatype": "FP64", "data": [1]}, {"name": "home", "shape": [1], "datatype": "BYTES", "data": ["own"]}]
for wanted, body in ((422, tensors(b"1").replace(b'"data":[1]', b'"d\\u0061ta":999999')), (422, tensors(b"1").replace(b'"data":[1]', b'"data":7')), (200, json.dumps({"inputs": whole}).encode()),
                     (422, b"{"), (422, b""), (200, json.dumps({"inputs": whole}).encode()), (422, b""),
                     (422, json.dumps({"inputs": whole, "outputs": [{"name": "prediction"}] * 2}).encode()), (422, json.dumps({"inputs": whole * 2}).encode())):
    for _ in range(3): expect((body, wanted), (body, call("POST", "/v2/models/m/infer", body, me, Content_Type="application/json")[0]))
packed = zlib.compressobj(wbits=31)
for body in (packed.compress(b"age,income,home\n" * 100000) + packed.flush(), b"\x28\xb5\x2f\xfd", b"PAR1", b"ARROW1", b"age-encryption.org/v1\n", b"age,income,home\n\xff,1,own\n"):
    for kind in ("text/csv", "application/jsonl", "application/json"):
        expect(422, call("POST", "/v1/models/m/predict", body, me, Content_Type=kind)[0])
expect(415, call("POST", "/v1/models/m/predict", b"x", me, Content_Type="text/csv", Content_Encoding="gzip")[0])
for kind in ("application/vnd.apache.parquet", "application/octet-stream", "text/plain", ""):
    expect(415, call("POST", "/v1/models/m/predict", b"x", me, Content_Type=kind)[0])
expect(400, call("POST", "/v1/models/m/predict?token=" + me, b"x", me, Content_Type="text/csv")[0])
row = {"age": 30, "income": 500, "home": "own"}
quoted = dict(row, home='a"b\\\\')
for body, wanted in ((f"[{json.dumps(row)},{json.dumps(row, indent=2)}]", 200), (f"[{json.dumps(quoted)},{json.dumps(quoted)}]", 200), (json.dumps(quoted), 200), ("[]", 200), (json.dumps(row, indent=1), 200), ("[,]", 422), (f"[{json.dumps(row)},]", 422), ("[1]", 422),
                     ("[[]]", 422), (f"[{json.dumps(row)}", 422), (f"[{json.dumps(row)}]x", 422), (json.dumps(row) * 2, 422), ("", 422), ('{"age":1,"age":2}', 422), ('"', 422), ("]", 422)):
    expect((body, wanted), (body, call("POST", "/v1/models/m/predict", body, me, Content_Type="application/json")[0]))
answer = json.loads(call("POST", "/v1/models/m/predict", f"[{json.dumps(row)},{json.dumps(row)}]", me, Content_Type="application/json")[1])
expect((2, 30), (len(answer), answer[1]["age"]))
expect(("bad", "bad"), tuple(one["prediction"] for one in answer))

# Categories and keys by the thousand, made to collide or not, take no time.
many = b"".join(b'{"age":1,"income":2,"home":"%d"}\n' % i for i in range(20000))
expect(200, call("POST", "/v1/models/m/predict", many, me, Content_Type="application/jsonl")[0])
wide = b"{" + b",".join(b'"k%d":1' % i for i in range(60000)) + b',"age":1,"income":2,"home":"x"}'
expect(200, call("POST", "/v1/models/m/predict?only=true", wide, me, Content_Type="application/jsonl")[0])

# Answers that would be many times the question: one row of many classes is answered, a hundred thousand are refused.
before = memory()
status, answer, _ = call("POST", "/v1/models/many/predict", b"x\n1\n", me, Content_Type="text/csv")
expect((200, 1 + 4001), (status, answer.split(b"\n")[1].count(b",") + 1))
expect(413, call("POST", "/v1/models/many/predict", b"x\n" + b"1\n" * 200000, me, Content_Type="text/csv")[0])
status, answer, _ = call("POST", "/v1/models/many/predict", b"x\n" + b"1\n" * 3000, me, Content_Type="text/csv")  # in parts
expect((200, 3001), (status, answer.count(b"\n")))
with socket.create_connection(("127.0.0.1", PORT)) as gone:  # in the middle of the answer
    gone.sendall(start.replace(b"/m/", b"/many/") + b"Content-Length: 6002\r\n\r\nx\n" + b"1\n" * 3000)
    gone.recv(1000)
assert memory() - before < 300_000, (before, memory())
alive()

# Names of columns come back escaped, and never as lines of a header or of the metrics.
expect(200, call("POST", "/v1/models/odd/predict", 'a\tg\u202ee,"in\r\ncome"\n1,2\n'.encode(), me, Content_Type="text/csv")[0])
status, answer, headers = call("GET", "/v2/models/odd", token=me)
expect(["a\tg\u202ee", "in\r\ncome"], [each["name"] for each in json.loads(answer)["inputs"]])
for path in ("/metrics", "/v2/models/%0d%0aX:y", "/v2/models/-/ready", "/v2/models/..%2f..%2fetc", "/v2/models/../m", "//", "/v2//models", "/v2/models/m/"):
    status, answer, headers = call("GET", path, token=me)
    expect(200 if path == "/metrics" else 404, status)
    assert b"\xe2\x80\xae" not in answer and "X" not in headers, (path, answer)
trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
for given, wanted in ((trace, trace), (trace.upper(), None), ("00-" + "0" * 32 + trace[35:], None), (trace + "x", None), ("evil", None)):
    expect(wanted, call("GET", "/v2/health/live", traceparent=given)[2]["traceparent"])
expect("abc-1", call("GET", "/v2/health/live", X_Request_Id="abc-1")[2]["X-Request-Id"])
expect(16, len(call("GET", "/v2/health/live", X_Request_Id="a b")[2]["X-Request-Id"]))
status, answer, headers = call("HEAD", "/v2/health/live")
expect((200, b""), (status, answer))

# Connections that say nothing are bounded, and others are answered once they have gone.
silent = []
for _ in range(1000):
    try:
        silent.append(socket.create_connection(("127.0.0.1", PORT), timeout=5))
    except OSError:
        break
open_ones = len(os.listdir(f"/proc/{server}/fd"))
assert open_ones < 150, open_ones
answers = [one.recv(100) for one in silent[-3:]]
assert all(answer.startswith(b"HTTP/1.1 503") for answer in answers), answers
time.sleep(1.5)
alive()
EOP
python3 abuse.py $server
grep -q 'bug' served.err && { cat served.err; exit 1; }
stop_service

# Descriptors run out: those who are connected are answered, and others as soon as there are some again.
ulimit -Sn 40
start_service m=run/model.safetensors --tokens tokens.yaml
ulimit -Sn "$(ulimit -Hn)"
cat >descriptors.py <<'EOP'
from service import *
me = token("caller")
kept = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
expect(200, call("GET", "/v2/models/m", token=me, connection=kept)[0])
many = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(100)]
expect(200, call("GET", "/v2/models/m", token=me, connection=kept)[0])
for one in many: one.close()
expect(200, call("GET", "/v2/models/m", token=me)[0])
EOP
python3 descriptors.py
stop_service
