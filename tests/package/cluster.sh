#!/usr/bin/env bash
# The examples of configs/cluster that predict against one `mdl predict`, byte for byte, on 19,020 rows, and what is left where one task fails,
# with the program that has been built. With --all in what takes long to install, too: Spark (Java 17), Ray, and a Slurm of this machine's
# own (Debian: slurm-wlm).
#
#   tests/package/cluster.sh [--all]      prints 'skipped: ...' where something is not here
set -euo pipefail
ROOT=$(realpath "$(dirname "$0")/../..")
. "$ROOT/tests/cli/lib.sh"
examples=$ROOT/configs/cluster
export PATH=$ROOT/build:$PATH PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# new/1.csv to new/9.csv are the table; in bad/ one has a cell that is no number.
table=$ROOT/data/telescope.csv
mdl train "$table" --target class --output run "${TINY[@]}" >training
model=run/model.safetensors
mdl predict $model "$table" --output whole.csv
mkdir new bad
awk 'NR == 1 { header = $0; next } (NR - 2) % 2114 == 0 { print header >("new/" ++file ".csv") } { print >("new/" file ".csv") }' "$table"
sed '100s/^[^,]*/abc/' new/3.csv >bad/3.csv
ln new/[124-9].csv bad
reason="column 'fLength': 'abc' is not a number"

# together FILE...: the rows of all, under one header.
together() { awk 'FNR > 1 || NR == 1' "$@"; }

bash "$examples/files.sh" $model scored new/*.csv
together scored/*.csv | cmp - whole.csv
expect_exit 123 bash "$examples/files.sh" $model partly bad/*.csv
expect_text err <<<"mdl: bad/3.csv:100: $reason"
[ "$(cd partly && echo ./*)" = "$(cd new && echo ./[124-9].csv)" ]

if command -v parallel >/dev/null; then
  bash "$examples/blocks.sh" $model "$table" blocks.csv
  cmp blocks.csv whole.csv
  together bad/*.csv >bad.csv
  expect_exit 1 bash "$examples/blocks.sh" $model bad.csv bad-scored.csv
  grep "^mdl: standard input:[0-9]*: $reason" err
  sed '7s/,g$/,"g\n"/' "$table" >breaks.csv
  expect_exit 1 bash "$examples/blocks.sh" $model breaks.csv bad-scored.csv
  expect_text err <<<'breaks.csv:7: a quote is open at the end of the line, or this is no plain CSV; make it Parquet, or one file a task'
  [ ! -e bad-scored.csv ]
else
  echo 'skipped: blocks.sh, GNU parallel is not here'
fi

# Slurm: the array's tasks as Slurm starts them, a table each and several each, in whatever order.
array() { for task in $1; do SLURM_ARRAY_TASK_ID=$task bash "$examples/predict.sbatch" "${@:2}"; done; }
ls new/*.csv >tables
mkdir array shares
array '9 8 7 6 5 4 3 2 1' $model tables array
together array/*.csv | cmp - whole.csv
array '2 4 1 3' $model tables shares 4
diff -r array shares
ls bad/*.csv >tables-bad
expect_exit 1 array 3 $model tables-bad partly
[ ! -e partly/00003-3.csv ]
expect_exit 2 array 10 $model tables array

# Kubernetes: what its pods run, with the volumes' folders.
cat >pods.py <<'EOT'
import pathlib, subprocess, sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["spec"]
[container] = job["template"]["spec"]["containers"]
assert job["completionMode"] == "Indexed" and "command" not in container
assert [rule["onExitCodes"]["containerName"] for rule in job["podFailurePolicy"]["rules"] if "onExitCodes" in rule] == [container["name"]]
mounted = {"/" + mount["mountPath"].strip("/") for mount in container["volumeMounts"]}
for index in range(int(sys.argv[2])):
    arguments = [str(argument).replace("$(JOB_COMPLETION_INDEX)", str(index)) for argument in container["args"]]
    assert all("/" + argument.split("/")[1] in mounted for argument in arguments if "/" in argument), arguments
    subprocess.run(["mdl", *("." + argument if argument[0] == "/" else argument for argument in arguments)], check=True)
EOT
mkdir -p models tables-volume/new tables-volume/scored
mv tables tables-of-array
mv tables-volume tables
cp $model models/credit.safetensors
for file in new/*.csv; do number=${file#new/}; ln "$file" "tables/new/$((${number%.csv} - 1)).csv"; done
"$ROOT/.deps/bin/python" -c 'import yaml' 2>/dev/null && python=$ROOT/.deps/bin/python || python=/usr/bin/python3
"$python" pods.py "$examples/predict-kubernetes.yaml" 9
together tables/scored/?.csv | cmp - whole.csv

# same SCORED: the Parquet files of a folder are what mdl predict writes, in the order of the rows.
cat >same.py <<'EOT'
import pathlib, re, sys
import pyarrow, pyarrow.parquet
whole = pyarrow.parquet.read_table("whole.parquet")
parts = sorted(pathlib.Path(sys.argv[1]).glob("*.parquet"), key=lambda part: [int(number) for number in re.findall(r"[0-9]+", part.name)]
               if part.name.startswith("part.") else part.name)
found = pyarrow.concat_tables([pyarrow.parquet.ParquetFile(part).read().replace_schema_metadata(None) for part in parts])
assert len(parts) >= int(sys.argv[2]), parts
assert found.column_names == whole.column_names and found.cast(whole.schema).equals(whole), sys.argv[1]
EOT
# tables_of_parquet: new.parquet, its rows in the files of parquet/, and in those of parquet-bad/, where one cell of a column is no number.
tables_of_parquet() {
  python - <<'EOT'
import pyarrow.csv, pyarrow.parquet
table = pyarrow.csv.read_csv("whole.csv").drop_columns(["prediction", "p_g", "p_h"])
pyarrow.parquet.write_table(table, "new.parquet", row_group_size=2114)
for part in range(9):
    rows = table.slice(part * 2114, 2114)
    pyarrow.parquet.write_table(rows, f"parquet/{part}.parquet", row_group_size=700)
    cells = [str(cell) for cell in rows["fLength"].to_pylist()]
    cells[99] = "abc" if part == 3 else cells[99]
    pyarrow.parquet.write_table(rows.set_column(0, "fLength", pyarrow.array(cells)), f"parquet-bad/{part}.parquet")
EOT
  mdl predict $model new.parquet --output whole.parquet
}
if [ ! -e "$ROOT/build/mdl-arrow.so" ]; then
  echo 'skipped: Dask, mdl is built without Arrow'
  exit
fi
mkdir parquet parquet-bad

cd "$ROOT"
pyarrow=$(sed -n 's/^python = \["\(.*\)"\]/\1/p' pyproject.toml)
in_environment cluster 'dask[dataframe]' distributed "$pyarrow" kubernetes-validate || exit 0
cd "$work"
tables_of_parquet
kubernetes-validate --strict --kubernetes-version 1.33 "$examples/predict-kubernetes.yaml" "$examples/train-kubernetes.yaml"
python "$examples/dask_predict.py" $model parquet dask
python same.py dask 27
expect_exit 1 python "$examples/dask_predict.py" $model parquet-bad dask-bad
grep "^RuntimeError: standard input:101: $reason" err
expect_exit 1 python "$examples/dask_predict.py" whole.csv parquet dask-bad
grep '^RuntimeError: mdl: .*: is not a usable model file' err
[ ! -e dask-bad ]

[ "${1:-}" = --all ] || exit 0

# Dask's scheduler and workers as processes of their own, which have nothing of the example but what it sends them.
dask scheduler --host 127.0.0.1 --port 0 --no-dashboard --scheduler-file scheduler.json 2>dask.log &
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
dask worker --scheduler-file scheduler.json --nworkers 2 --nthreads 1 --no-dashboard 2>dask-worker.log &
wait_for scheduler.json
python "$examples/dask_predict.py" $model parquet dask-workers "$(python -c 'import json; print(json.load(open("scheduler.json"))["address"])')"
python same.py dask-workers 27
kill $(jobs -p)
wait

# A Slurm of one node, whose controller and node are processes of this shell.
if command -v slurmctld >/dev/null && [ "$(id -u)" = 0 ]; then
  mkdir slurm
  cat >slurm/slurm.conf <<EOT
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$work/slurm
SlurmdSpoolDir=$work/slurm
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=ALL Default=YES
EOT
  export SLURM_CONF=$work/slurm/slurm.conf
  slurmctld -D >slurm/slurmctld.log 2>&1 &
  slurmd -D >slurm/slurmd.log 2>&1 &
  for _ in $(seq 200); do sinfo --noheader --format %t 2>/dev/null | grep -qx idle && break || sleep 0.1; done
  mkdir slurm-scored slurm-bad
  sbatch --wait --array=1-9%4 "$examples/predict.sbatch" $model tables-of-array slurm-scored
  diff -r array slurm-scored
  expect_exit 1 sbatch --wait --array=1-4 "$examples/predict.sbatch" $model tables-bad slurm-bad 4
  grep -qx "mdl: bad/3.csv:100: $reason" predict-*-3.log
  [ "$(cd slurm-bad && echo ./*)" = "$(cd array && echo ./0000[124-689]*)" ]
  sbatch --wait --array=3 "$examples/predict.sbatch" $model tables-of-array slurm-bad 4
  diff -r array slurm-bad
  kill $(jobs -p)
  wait
else
  echo 'skipped: Slurm is not here, or this is not root'
fi

# Ray keeps the order, of whatever blocks it makes.
cd "$ROOT"
if in_environment cluster-ray 'ray[data]' pandas "$pyarrow"; then
  cd "$work"
  python "$examples/ray_predict.py" $model parquet ray 2>ray.log
  python same.py ray 1
  expect_exit 1 python "$examples/ray_predict.py" $model parquet-bad ray-bad
  grep "RuntimeError: standard input:[0-9]*: $reason" err
  [ ! -e ray-bad ]
fi

# Spark, in several partitions of one file, whose order it keeps.
command -v java >/dev/null || { echo 'skipped: Spark, Java is not here'; exit; }
cd "$ROOT"
in_environment cluster-spark pyspark 'pandas<3' "$pyarrow" || exit 0
cd "$work"
spark() { spark-submit --master 'local[2]' --conf spark.sql.files.maxPartitionBytes=200000 --conf spark.sql.files.openCostInBytes=0 "$@"; }
spark --py-files "$examples/mdl_arrow.py" "$examples/spark_predict.py" $model new.parquet spark 2>spark.log
python same.py spark 3
expect_exit 1 spark --py-files "$examples/mdl_arrow.py" "$examples/spark_predict.py" $model parquet-bad spark-bad
grep "^RuntimeError: standard input:[0-9]*: $reason" err
[ ! -e spark-bad/_SUCCESS ]
spark "$examples/spark_pipe.py" $model "$table" piped 2>spark.log
cat piped/part-* | cmp - whole.csv
spark "$examples/spark_pipe.py" $model new piped-folder 2>spark.log
cat piped-folder/part-* | sort | cmp - <(sort whole.csv)
expect_exit 1 spark "$examples/spark_pipe.py" $model bad piped-bad
grep "^mdl: standard input:[0-9]*: $reason" err
[ ! -e piped-bad/_SUCCESS ]
sed '7s/,g$/,"g\n"/' "$table" >breaks.csv
expect_exit 1 spark "$examples/spark_pipe.py" $model breaks.csv piped-breaks
grep '^a quote is open at the end of: .*,"g$' err
[ ! -e piped-breaks/_SUCCESS ]
