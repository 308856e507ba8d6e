#!/usr/bin/env bash
# One more trial of the study that search.py began, by Optuna's commands: for job arrays, and where no Python is to stay in memory.
#
#   python search.py config.yaml --trials 0      # trial 0, the config as it is
#   ./ask_tell.sh config.yaml                    # as often, and in as many places at once, as you like
set -euo pipefail
study=(--storage search/study.log --storage-class JournalFileBackend --study-name mdl)

asked=$(optuna --quiet ask "${study[@]}" --sampler TPESampler --sampler-kwargs '{"multivariate": true, "constant_liar": true}' \
  --search-space "$(python "$(dirname "$0")/search.py" --print-space)" --format json)
number=$(jq .number <<<"$asked")
mapfile -t settings < <(jq --raw-output '.params | to_entries[] | "--set", "\(.key)=\(.value)"' <<<"$asked")

code=0
mdl train "$1" --quiet --output "search/$number" --force --scores "search/$number.json" "${settings[@]}" >"search/$number.txt" || code=$?
if [ $code -eq 0 ]; then
  optuna --quiet tell "${study[@]}" --trial-number "$number" --values "$(jq '.log_loss // .rmse' "search/$number.json")"
else
  optuna --quiet tell "${study[@]}" --trial-number "$number" --state fail
  exit $code
fi
