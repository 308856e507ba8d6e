#!/usr/bin/env bash
# A run tells an MLflow server of its config, evaluations, scores and files, by the requests that MLflow's REST API documents; a server that
# is away changes nothing but for what is said.
. "$ROOT/tests/cli/lib.sh"

# serve ARGUMENT...: the server, in the background, until the test ends; sets $uri.
serve() {
  rm -f port
  python3 "$ROOT/tests/tracking_server.py" "$@" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  wait_for port
  uri=http://127.0.0.1:$(cat port)
}
stop() { kill "$server"; wait "$server" 2>/dev/null || true; }
train() { "$MDL" train table.csv --target status "${TINY[@]}" --set "track.mlflow=$uri" "$@"; }
ask_what_was_told() { curl --silent --fail "$uri/told" >told.json; }

# All of a run; a resumed one is the same run there and is not told twice of an evaluation.
small_table >table.csv
serve
expect_exit 0 train --output run --set data.test=table.csv --set 'track.experiment=credit risk'
expect_text err </dev/null
"$MDL" train table.csv --target status "${TINY[@]}" --output plain --set data.test=table.csv >/dev/null
cmp run/model.safetensors plain/model.safetensors
expect_exit 0 train --output long --set train.epochs=1500
expect_exit 0 train --output tried --set model.preset=default --set "model.hidden=[4]" --set train.trials=2 --set train.folds=2 \
  --set model.members=4 --set train.epochs=auto --set train.max_minutes=0.05
ask_what_was_told
python3 - <<'PY'
import json
told = json.load(open("told.json"))
assert set(told["experiments"]) == {"Default", "credit risk"}
run, long, tried = told["runs"].values()
assert run["info"]["experiment_id"] == "1" and run["info"]["run_name"] == "run" and run["statuses"] == ["RUNNING", "FINISHED"]
assert run["params"]["train.epochs"] == "3" and run["params"]["data.target"] == "status", run["params"]
assert not any(key.startswith("track.") for key in run["params"])
lines = [json.loads(line) for line in open("run/metrics.jsonl")]
series = lambda run, key: [(metric["step"], metric["value"]) for metric in run["metrics"] if metric["key"] == key]
for ours, theirs in (("train_loss", "train_loss"), ("validation_loss", "validation_loss"), ("accuracy", "validation_accuracy"), ("learning_rate",) * 2):
    assert series(run, theirs) == [(line["epoch"], line[ours]) for line in lines[:-1]], theirs
assert series(run, "test_roc_auc")[0][1] == lines[-1]["test_roc_auc"] and len(series(run, "roc_auc")) == 1
assert {"model.safetensors", "config.yaml", "metrics.jsonl", "report.html", "run.json"} == set(run["files"])
for name, content in run["files"].items():
    assert content == open("run/" + name, "rb").read().hex(), name
assert len(series(long, "validation_loss")) == sum(1 for _ in open("long/metrics.jsonl")) == 1500
assert series(tried, "validation_loss/trial_1") and "train.learning_rate" in tried["params"], tried["params"]
PY

# Interrupted, and resumed.
"$MDL" train table.csv --target status "${TINY[@]}" --set "track.mlflow=$uri" --output stopped --set train.epochs=100000 >/dev/null 2>&1 &
until [ -e stopped/mlflow.json ]; do kill -0 $!; sleep 0.01; done
kill -TERM $!
wait $! || [ $? = 143 ]
expect_exit 0 "$MDL" train --resume stopped --quiet --set train.early_stopping=1 --set train.evaluate_every=50 --allow-changes
ask_what_was_told
python3 - <<'PY'
import json
stopped = list(json.load(open("told.json"))["runs"].values())[-1]
assert stopped["statuses"] == ["RUNNING", "KILLED", "RUNNING", "FINISHED"], stopped["statuses"]
steps = [metric["step"] for metric in stopped["metrics"] if metric["key"] == "validation_loss"]
assert steps == [json.loads(line)["epoch"] for line in open("stopped/metrics.jsonl")]
PY
stop

# A server that is away, one that has something else in mind, and one that wants a token.
expect_exit 0 train --output away
sed -E 's/:[0-9]+: cannot/:PORT: cannot/; s/:[0-9]+: not/:PORT: not/' err >seen
expect_text seen <<'EOT'
track.mlflow: http://127.0.0.1:PORT: cannot be reached: Connection refused; the run goes on without it, and says at its end what is missing there
track.mlflow: http://127.0.0.1:PORT: not logged: 3 of 3 evaluations, the config, the final scores, model.safetensors, config.yaml, report.html, metrics.jsonl, run.json, the status FINISHED; away has it
EOT
[ -e away/model.safetensors ] && [ ! -e away/mlflow.json ]
serve --token secret
expect_exit 0 train --output refused
grep -q 'experiments/get-by-name answers 401: who are you?; the run goes on' err
echo secret >token
chmod 600 token
MLFLOW_TRACKING_TOKEN_FILE=token expect_exit 0 train --output allowed
expect_text err </dev/null
absent -r secret allowed
stop
printf 'secret' >open
chmod 644 open
MLFLOW_TRACKING_TOKEN_FILE=open expect_exit 1 train --output other
uri=http://mlflow.example.org MLFLOW_TRACKING_TOKEN=secret expect_exit 1 train --output other
expect_text err <<'EOT'
mdl: track.mlflow: http://mlflow.example.org would get the token of MLFLOW_TRACKING_TOKEN unencrypted; use https
EOT
uri=ftp://127.0.0.1 expect_exit 1 train --output other
uri=http://user:word@127.0.0.1 expect_exit 1 train --output other
[ ! -e other ]

# TLS: only with a certificate that is believed.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>/dev/null
cat key.pem certificate.pem >both.pem
serve --certificate both.pem --token secret
uri=https://localhost:$(cat port)
export MLFLOW_TRACKING_TOKEN=secret
expect_exit 0 train --output distrusted
grep -q 'TLS failed: certificate verify failed' err
MLFLOW_TRACKING_SERVER_CERT_PATH=certificate.pem expect_exit 0 train --output trusted
expect_text err </dev/null
uri=https://127.0.0.1:$(cat port) MLFLOW_TRACKING_SERVER_CERT_PATH=certificate.pem expect_exit 0 train --output misnamed
grep -q 'TLS failed: certificate verify failed' err
stop

# What is encrypted is not shown.
"$MDL" keygen --output key.txt >key.pub
expect_exit 1 train --output sealed --set "protect.recipients=[$(cat key.pub)]"
expect_text err <<'EOT'
mdl: track.mlflow: would show in clear what protect.recipients encrypts; omit one of them
EOT
"$MDL" encrypt table.csv --recipients-file key.pub --output table.csv.age
expect_exit 1 "$MDL" train table.csv.age --target status --identity key.txt --output sealed "${TINY[@]}" --set "track.mlflow=$uri"
expect_text err <<'EOT'
mdl: track.mlflow: would show in clear what comes from encrypted input; omit it, or say --plaintext-output
EOT
