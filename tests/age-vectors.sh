#!/usr/bin/env bash
# Holds the reader of encrypted files to the test vectors of C2SP's CCTV for age, which are not in this repository: opens each file of the
# folder, and compares whether it succeeds, why it fails, and what it gives out before it does.
#
#   tests/age-vectors.sh FOLDER
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/.."
./scripts/build age_vectors >&2
exec build/age_vectors "$folder"/*
