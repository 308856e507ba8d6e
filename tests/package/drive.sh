#!/usr/bin/env bash
# The examples of configs/drive, and what a run tells TensorBoard, with the tools that they are for, on the program that has been built; what
# takes long to install (DVC, MLflow) only with --all.
#
#   tests/package/drive.sh [--all]      prints 'skipped: ...' where pip does not find the tools
set -euo pipefail
ROOT=$(realpath "$(dirname "$0")/../..")
. "$ROOT/tests/cli/lib.sh"
cd "$ROOT"

in_environment drive optuna polars duckdb-cli tensorboard || exit 0
PATH=$ROOT/build:$PATH MDL=mdl PYTHONDONTWRITEBYTECODE=1
export PATH PYTHONDONTWRITEBYTECODE
examples=$ROOT/configs/drive
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
train_small
cut -d , -f 1-3 table.csv >new.csv
cat >config.yaml <<'EOT'
data: {train: table.csv, target: status}
model: {preset: plain, hidden: [4], activation: relu, periodic_sigma: 0.3}
train: {epochs: 12, learning_rate: 0.01}
EOT

# Optuna: trial 0 is the config as it is; two workers at once; a trial that fails, one that is pruned, a wrong config.
python "$examples/search.py" config.yaml --trials 6 >found 2>/dev/null
for worker in 1 2; do python "$examples/search.py" config.yaml --trials 3 >/dev/null 2>worker$worker & done
for worker in $(jobs -p); do wait "$worker"; done
bash "$examples/ask_tell.sh" config.yaml 2>/dev/null
expect_exit 1 bash "$examples/ask_tell.sh" missing.yaml
python - <<'EOT'
import json, optuna, warnings, yaml
backend = optuna.storages.journal.JournalFileBackend("search/study.log")
trials = optuna.load_study(study_name="mdl", storage=optuna.storages.JournalStorage(backend)).trials
assert [trial.number for trial in trials] == list(range(15)), trials
states = [trial.state.name for trial in trials]
assert states[0] == states[13] == "COMPLETE" and states[14] == "FAIL" and set(states[:14]) <= {"COMPLETE", "PRUNED"}, states
assert trials[0].params["train.learning_rate"] == 0.01
for trial in trials[:14]:
    if trial.state.name == "COMPLETE":
        assert trial.value == json.load(open(f"search/{trial.number}.json"))["log_loss"]
        assert yaml.safe_load(open(f"search/{trial.number}/config.yaml"))["model"]["dropout"] == trial.params["model.dropout"]
    else:
        assert trial.intermediate_values
EOT
best=$(tail -n 1 found)
mdl evaluate "$best" table.csv >/dev/null
rm -r search
expect_exit 1 python "$examples/search.py" missing.yaml
grep -q 'TrainingFailed: mdl: missing.yaml: cannot be opened' err

# Katib's collector, as its source has it: of each line that names a metric, what the filter finds.
mkdir katib
sed -n 's/^ *- \(mdl\|train\|--.*\)$/\1/p' "$examples/katib.yaml" |
  sed 's|/data/config.yaml|config.yaml|; s|/tmp/run|katib/run|; s|[$]{trialParameters.learningRate}|0.02|; s|[$]{.*}|0.1|' >command
sh -c "$(tr '\n' ' ' <command) config.yaml 1>katib/metrics.log 2>&1"
python - "$examples/katib.yaml" <<'EOT'
import json, re, sys, yaml
spec = yaml.safe_load(open(sys.argv[1]))["spec"]
objective, [pattern] = spec["objective"], spec["metricsCollectorSpec"]["source"]["filter"]["metricsFormat"]
assert ";" not in pattern  # by which the collector joins them
names = [objective["objectiveMetricName"], *objective["additionalMetricNames"]]
found = {name: [] for name in names}
for line in open("katib/metrics.log"):
    if any(name in line for name in names):
        for name, value in re.findall(pattern, line, re.ASCII):
            if name in found:
                found[name].append(float(value))
report, _ = json.JSONDecoder().raw_decode("{" + open("katib/metrics.log").read().split("\n{\n", 1)[1])
assert len(found["validation_loss"]) == 13 and len(found["log_loss"]) == 1, found
assert {name: values[-1] for name, values in found.items()} == {name: report[name] for name in names}
used = {parameter["name"] for parameter in spec["parameters"]}
assert used == {parameter["reference"] for parameter in spec["trialTemplate"]["trialParameters"]}
EOT

# Polars and DuckDB.
mdl predict run/model.safetensors new.csv >expected.csv
python - <<'EOT'
import polars
polars.read_csv("new.csv").write_parquet("new.parquet")
EOT
python "$examples/polars_predict.py" run/model.safetensors new.parquet scored.parquet
python -c 'import polars; polars.read_parquet("scored.parquet").write_csv("scored.csv")'
cmp scored.csv expected.csv
duckdb bank.duckdb -c "CREATE TABLE applicants AS FROM 'new.csv'"
bash "$examples/duckdb_predict.sh" bank.duckdb "SELECT * FROM applicants" run/model.safetensors scored
duckdb bank.duckdb -c "COPY scored TO '/dev/stdout' (FORMAT csv)" | cmp - expected.csv

# TensorBoard's own reader, of a run in trials.
mdl train table.csv --target status --quiet --output tried --set "model.hidden=[4]" --set train.trials=2 --set train.folds=2 \
  --set model.members=4 --set train.max_minutes=0.05 --set track.tensorboard=true >/dev/null
mdl train config.yaml --quiet --output tracked --set track.tensorboard=true >/dev/null
python - tried tracked <<'EOT'
import json, numpy, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
for run in sys.argv[1:]:
    reader = EventAccumulator(run)
    reader.Reload()
    lines = [json.loads(line) for line in open(run + "/metrics.jsonl")]
    seen = set()
    for tag, key in (("loss/train", "train_loss"), ("loss/validation", "validation_loss"), ("metrics/accuracy", "accuracy"), ("learning_rate",) * 2):
        for trial in {line.get("trial") for line in lines}:
            name = tag + (f"/trial_{trial}" if trial else "")
            expected = [(line["step"], numpy.float32(line[key])) for line in lines if line.get("trial") == trial]
            assert [(event.step, numpy.float32(event.value)) for event in reader.Scalars(name)] == expected, name
            seen.add(name)
    assert seen == set(reader.Tags()["scalars"]), reader.Tags()
EOT

[ "${1:-}" = --all ] || exit 0

# MLflow's own server: what it says of a run that was stopped once.
cd "$ROOT"
if in_environment drive-mlflow mlflow; then
  cd "$work"
  mlflow server --host 127.0.0.1 --port 5077 --workers 1 --backend-store-uri sqlite:///mlflow.db --artifacts-destination artifacts >mlflow.log 2>&1 &
  server=$!
  trap 'kill $server; rm -rf "$work"' EXIT
  for _ in $(seq 600); do curl --silent --fail http://127.0.0.1:5077/health >/dev/null && break || sleep 0.1; done
  track=(--set track.mlflow=http://127.0.0.1:5077 --set "track.experiment=credit risk")
  mdl train config.yaml --quiet --output shown "${track[@]}" --set data.test=table.csv >/dev/null 2>said
  mdl train config.yaml --quiet --output stopped "${track[@]}" --set train.epochs=1000000 >/dev/null 2>>said &
  until [ -e stopped/mlflow.json ]; do kill -0 $!; sleep 0.01; done
  kill -TERM $!
  wait $! || [ $? = 143 ]
  mdl train --resume stopped --quiet --allow-changes --set train.evaluate_every=50 --set train.early_stopping=1 >/dev/null 2>>said
  grep 'track.mlflow: ' said && exit 1
  MLFLOW_TRACKING_URI=http://127.0.0.1:5077 python - <<'EOT'
import json, mlflow, pathlib
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name("credit risk")
stopped, shown = client.search_runs([experiment.experiment_id])
for run, name in ((shown, "shown"), (stopped, "stopped")):
    assert run.info.run_name == name and run.info.status == "FINISHED", run
    lines = [json.loads(line) for line in open(name + "/metrics.jsonl")]
    lines = [line for line in lines if "train_loss" in line]
    history = client.get_metric_history(run.info.run_id, "validation_loss")
    assert [(point.step, point.value) for point in history] == [(line["epoch"], line["validation_loss"]) for line in lines]
    assert run.data.params["data.target"] == "status" and run.data.metrics["roc_auc"] <= 1
    assert {file.path for file in client.list_artifacts(run.info.run_id)} >= {"model.safetensors", "report.html", "run.json"}
    model = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="model.safetensors")
    assert pathlib.Path(model).read_bytes() == pathlib.Path(name, "model.safetensors").read_bytes()
assert "test_roc_auc" in shown.data.metrics
EOT
  kill $server
  trap 'rm -rf "$work"' EXIT
fi

# DVC: what has changed is done again, and a changed parameter is a change.
cd "$ROOT"
in_environment drive-dvc dvc || exit 0
export PATH=$ROOT/build:$PATH
mkdir "$work/dvc"
cd "$work/dvc"
cp "$examples/dvc.yaml" ../config.yaml .
sed -i 's/table.csv/train.csv/' config.yaml
cp ../table.csv train.csv
cp ../table.csv holdout.csv
git init --quiet
git config user.email "test@example.org"
git config user.name test
dvc init --quiet
dvc config core.analytics false
dvc repro --quiet
dvc repro | grep "Stage 'train' didn't change, skipping"
git add .
git commit --quiet --message first
dvc exp run --quiet --set-param config.yaml:train.learning_rate=0.02
dvc exp show --json >experiments.json
dvc metrics show --json >metrics.json
dvc plots show --json >plots.json
python - <<'EOT'
import json
metrics = json.load(open("metrics.json"))[""]["data"]
assert metrics["scores.json"]["data"] == json.load(open("scores.json")) and metrics["holdout.json"]["data"] == json.load(open("holdout.json"))
assert "validation_loss" in open("plots.json").read() and "0.02" in open("experiments.json").read()
EOT
dvc params diff --json | grep -q learning_rate
