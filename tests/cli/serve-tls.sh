#!/usr/bin/env bash
# TLS, clients that show a certificate, and a certificate that is replaced while the service runs.
. "$ROOT/tests/cli/lib.sh"

train_small
certificate() {  # NAME COMMON-NAME ISSUER [EXTENSION]
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  chmod 600 "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "${4:-basicConstraints=CA:FALSE}" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem"
}
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$1" -days 2 -out "$1.pem"
}
{
  authority ca
  authority stranger
  certificate server server ca subjectAltName=DNS:localhost,IP:127.0.0.1
  certificate next server ca subjectAltName=DNS:localhost,IP:127.0.0.1
  certificate batch batch-job ca
  certificate spiffe nameless ca subjectAltName=URI:spiffe://bank/scoring
  certificate other batch-job stranger
} >certificates.log 2>&1
"$MDL" token new --tokens tokens.yaml --scope infer:model --id caller >caller.token
"$MDL" token new --tokens tokens.yaml --scope infer:model --certificate batch-job --id batch 2>/dev/null
"$MDL" token new --tokens tokens.yaml --scope infer:model --certificate spiffe://bank/scoring --id scoring 2>/dev/null

serve=("$MDL" serve run/model.safetensors --tokens tokens.yaml --port 0)
expect_exit 2 "${serve[@]}" --tls-certificate server.pem
expect_exit 2 "${serve[@]}" --client-ca ca.pem
expect_exit 1 "${serve[@]}" --tls-certificate server.pem --tls-key batch.key
expect_text err <<'EOT'
mdl: batch.key: is no private key in PEM, without a passphrase, of server.pem: key values mismatch (x509 certificate routines)
EOT
expect_exit 1 "${serve[@]}" --tls-certificate tokens.yaml --tls-key server.key
grep -q '^mdl: tokens.yaml: is no certificate in PEM' err
chmod 644 batch.key
expect_exit 1 "${serve[@]}" --tls-certificate batch.pem --tls-key batch.key
chmod 600 batch.key
openssl ec -in batch.key -aes256 -passout pass:secret -out locked.key 2>/dev/null
chmod 600 locked.key
expect_exit 1 "${serve[@]}" --tls-certificate batch.pem --tls-key locked.key

cp server.pem used.pem
cp -p server.key used.key
start_service run/model.safetensors --tokens tokens.yaml --tls-certificate used.pem --tls-key used.key --client-ca ca.pem
grep -q "^serving model on https://127.0.0.1:" served.err
cat >client.py <<'EOP'
import http.client, ssl, sys
from service import *

def context(certificate=None):
    made = ssl.create_default_context(cafile="ca.pem")
    if certificate:
        made.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
    return made

def ask(certificate=None, token=None, tls=None):
    connection = http.client.HTTPSConnection("localhost", PORT, timeout=60, context=tls or context(certificate))
    try:
        return call("POST", "/v1/predict", b"age,income,home\n30,500,own\n", token, connection, Content_Type="text/csv")[0]
    except (ssl.SSLError, ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError):
        return "refused"

def serial():
    with socket.create_connection(("127.0.0.1", PORT)) as plain, context().wrap_socket(plain, server_hostname="localhost") as tls:
        return tls.getpeercert()["serialNumber"]

if sys.argv[1:] == ["serial"]:
    print(serial())
    sys.exit()
expect(200, ask(token=token("caller")))
expect(401, ask())
expect(200, ask("batch"))
expect(200, ask("spiffe"))
expect(401, ask("server"))  # known to the authority, but without an entry
expect("refused", ask("other"))
expect(401, ask("batch", token="mdl_wrong"))  # a token that is sent decides
old = context()
old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1
old.set_ciphers("ALL:@SECLEVEL=0")
expect("refused", ask(tls=old))
assert not raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP"), "answered without TLS"
EOP
python3 -W ignore client.py

# Another certificate takes its place by itself; one that does not fit changes nothing and is told.
before=$(python3 client.py serial)
cp next.pem used.pem
until grep -q 'used.key: is no private key in PEM.*the certificate that was there stays in use' served.err; do sleep 0.05; done
[ "$(python3 client.py serial)" = "$before" ]
cp next.key used.key
until [ "$(python3 client.py serial)" != "$before" ]; do sleep 0.05; done
stop_service
