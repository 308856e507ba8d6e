#!/usr/bin/env bash
# HTTP as clients of all ages speak it: 1.0, HEAD, Expect, chunks, and connections that are used again.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" predict run/model.safetensors table.csv >clear.csv
awk 'NR == 1 { print; next } { for (i = 0; i < 200; ++i) print }' table.csv >large.csv
"$MDL" predict run/model.safetensors large.csv >large-clear.csv
"$MDL" token new --tokens tokens.yaml --scope infer:model --id caller >caller.token
start_service run/model.safetensors --tokens tokens.yaml
cat >http_client.py <<'EOP'
from service import *

me = token("caller")
csv, clear, large, large_clear = (open(name, "rb").read() for name in ("table.csv", "clear.csv", "large.csv", "large-clear.csv"))
def head(version="1.1", *more, method="POST", path="/v1/predict"):
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", f"Authorization: Bearer {me}", "Content-Type: text/csv", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"
def parts(answer):
    top, _, body = answer.partition(b"\r\n\r\n")
    return top.decode(), body

# HTTP/1.0: the connection ends behind the answer, however long that is.
for rows, wanted in ((csv, clear), (large, large_clear)):
    top, body = parts(raw(head("1.0", f"Content-Length: {len(rows)}") + rows))
    assert top.startswith("HTTP/1.0 200 OK\r\n") and "chunked" not in top, top
    expect(wanted, body)

# HTTP/1.1: a long answer comes in chunks; so may the question.
status, body, headers = call("POST", "/v1/predict", large, me, Content_Type="text/csv")
expect((200, "chunked", large_clear), (status, headers["Transfer-Encoding"], body))
status, body, headers = call("POST", "/v1/predict", iter([csv[:7], csv[7:]]), me, Content_Type="text/csv")
expect((200, clear, None), (status, body, headers["Transfer-Encoding"]))

# HEAD has the fields of GET and no body; a refusal behind it has one.
answer = raw(head(method="HEAD", path="/v2/health/live") + head(method="GET", path="/v2/health/live") + b"nonsense\r\n\r\n")
first, second, third = answer.split(b"HTTP/1.1 ")[1:]
assert first.startswith(b"200") and first.endswith(b"\r\n\r\n") and b"Content-Length: 13" in first, first
assert second.startswith(b"200") and second.endswith(b'{"live":true}'), second
assert third.startswith(b"400") and third.endswith(b"}"), third

# A body is asked for where the client waits for that, and not where it would be refused.
with socket.create_connection(("127.0.0.1", PORT), timeout=60) as connection:
    connection.sendall(head("1.1", f"Content-Length: {len(csv)}", "Expect: 100-continue", "Connection: close"))
    expect(b"HTTP/1.1 100 Continue\r\n\r\n", connection.recv(100))
    connection.sendall(csv)
    answer = b""
    while more := connection.recv(1 << 16): answer += more
    expect(clear, parts(answer)[1])
assert raw(head("1.1", "Content-Length: 9999999", "Expect: 100-continue")).startswith(b"HTTP/1.1 413")
assert raw(head("1.1", "Content-Length: 99", "Expect: 100-continue").replace(me.encode(), b"x")).startswith(b"HTTP/1.1 401")

# A connection is used again, also behind refusals whose bodies are small.
connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
for _ in range(3):
    expect(401, call("POST", "/v1/predict", csv, None, connection, Content_Type="text/csv")[0])
    expect(422, call("POST", "/v1/predict", b"x\n1\n", me, connection, Content_Type="text/csv")[0])
    local = connection.sock.getsockname()
    status, body, headers = call("POST", "/v1/predict", csv, me, connection, Content_Type="text/csv")
    expect((200, clear, local), (status, body, connection.sock.getsockname()))

# What every answer has.
for name, value in (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Content-Type", "text/csv"), ("Mdl-Model-Version", "0")):
    expect(value, headers[name])
EOP
python3 http_client.py
stop_service
