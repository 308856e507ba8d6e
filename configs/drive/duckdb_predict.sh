#!/usr/bin/env bash
# Scores what a query of DuckDB selects into a new table of the same database, row by row through a pipe.
#
#   ./duckdb_predict.sh bank.duckdb "SELECT * FROM applicants" runs/credit/model.safetensors scored
set -euo pipefail
scored=$(mktemp --suffix=.csv)
trap 'rm -f "$scored"' EXIT
duckdb -readonly "$1" -c "COPY ($2) TO '/dev/stdout' (FORMAT csv)" | mdl predict "$3" >"$scored"
duckdb "$1" -c "CREATE OR REPLACE TABLE $4 AS FROM read_csv('$scored', sample_size = -1)"
