#!/usr/bin/env bash
# The examples in configs/deploy, as far as there are tools for them here: their flags, the unit, nginx in front. The images' content:
# tests/package.
. "$ROOT/tests/cli/lib.sh"
deploy=$ROOT/configs/deploy
PATH=$PATH:/usr/sbin

"$MDL" serve --help >help
grep -hE '^ExecStart=|args:' "$deploy"/mdl-serve.service "$deploy"/*.yaml | grep -oE -- '--[a-z-]+' | sort -u >flags
[ "$(wc -l <flags)" -ge 5 ]
while read -r flag; do grep -q -- "$flag" help; done <flags

if command -v systemd-analyze >/dev/null; then
  sed "s|^ExecStart=/usr/local/bin/mdl |ExecStart=$MDL |" "$deploy/mdl-serve.service" >mdl-serve.service
  systemd-analyze verify --man=no ./mdl-serve.service
  systemd-analyze security --no-pager --offline=true --threshold=10 ./mdl-serve.service >security
fi

train_small
"$MDL" token new --tokens tokens.yaml --scope 'infer:*' --scope metrics >token
"$MDL" train table.csv --target status --output second "${TINY[@]}" --set model.version=2 >training
cat >serve.yaml <<'EOT'
models:
  - {path: run/model.safetensors, name: credit}
  - {path: second/model.safetensors, name: credit, canary: shadow}
port: 0
tokens: tokens.yaml
behind_proxy: true
EOT
"$MDL" serve --config serve.yaml 2>served.err &
trap 'kill -KILL $(jobs -p) 2>/dev/null || true' EXIT
wait_for served.err
port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' served.err | head -n 1)
python3 - "$port" "$(cat token)" >metrics <<'EOP'
import sys, time, urllib.request

def ask(path, body=None):
    headers = {"Authorization": f"Bearer {sys.argv[2]}", "Content-Type": "text/csv"}
    return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}{path}", body, headers), timeout=20).read().decode()

ask("/v1/predict", open("table.csv", "rb").read())
while "mdl_shadow_rows_total" not in (text := ask("/metrics")):   # it is asked when there is time
    time.sleep(0.02)
print(text)
EOP
grep -oE 'mdl_[a-z_]+' "$deploy/grafana.json" | sed -E 's/_(bucket|sum|count)$//' | sort -u >asked
[ "$(wc -l <asked)" -ge 10 ]
while read -r metric; do grep -q "^# TYPE $metric " metrics || { echo "there is no metric $metric"; exit 1; }; done <asked

command -v nginx >/dev/null && command -v openssl >/dev/null || { echo 'nginx is not run: it is not here'; exit 0; }
front=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>made
sed "s|/etc/mdl/tls|$PWD|; s|/run/nginx.pid|$PWD/nginx.pid|; s|127.0.0.1:8080|127.0.0.1:$port|; s|listen 443|listen 127.0.0.1:$front|; /listen \[/d
  s|^http {|http {client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;|" \
  "$deploy/nginx.conf" >nginx.conf
nginx -t -q -p "$PWD" -c "$PWD/nginx.conf"
nginx -p "$PWD" -c "$PWD/nginx.conf" -g 'daemon off;' &
wait_for nginx.pid

cat >check.py <<'EOP'
import http.client, socket, ssl, sys

token = open("token").read().strip()
context = ssl.create_default_context(cafile="certificate.pem")
context.set_alpn_protocols(["h2"])

def call(method, path, body=None, content_type="text/csv"):
    connection = http.client.HTTPSConnection("localhost", int(sys.argv[1]), timeout=20, context=ssl.create_default_context(cafile="certificate.pem"))
    connection.request(method, path, body, {"Authorization": f"Bearer {token}", "Content-Type": content_type})
    answer = connection.getresponse()
    return answer.status, answer.read()

def expect(wanted, found):
    assert found == wanted, (wanted, found)

expect(200, call("GET", "/v2/health/live")[0])
expect((200, open("clear.csv", "rb").read()), call("POST", "/v1/models/credit/predict", open("table.csv", "rb").read()))
expect(404, call("GET", "/metrics")[0])
expect(415, call("POST", "/inference.GRPCInferenceService/ModelInfer", b"", "application/grpc")[0])
expect(413, call("POST", "/v1/predict", b"x" * (2 << 20))[0])
with context.wrap_socket(socket.create_connection(("localhost", int(sys.argv[1]))), server_hostname="localhost") as connection:
    expect("h2", connection.selected_alpn_protocol())
EOP
"$MDL" predict run/model.safetensors table.csv >clear.csv
python3 check.py "$front"
