#!/usr/bin/env bash
# The Python module, with pandas, polars and scikit-learn, on the program that has been built.
#
#   tests/package/module.sh [TEST...]      prints 'skipped: ...' where pip does not find them
set -euo pipefail
cd "$(dirname "$0")/../.."

environment=build/python
packages=(pandas polars scikit-learn "$(sed -n 's/^python = \["\(.*\)"\]/\1/p' pyproject.toml)")
if [ "${packages[*]}" != "$(cat $environment/packages 2>/dev/null)" ]; then
  rm -rf $environment
  .deps/bin/python -m venv $environment
  if ! $environment/bin/pip install --quiet "${packages[@]}" >build/python-pip.log 2>&1; then
    echo "skipped: pip does not find ${packages[*]}: $(tail -n 1 build/python-pip.log)"
    rm -rf $environment
    exit
  fi
  echo "${packages[*]}" >$environment/packages
fi
export MDL_PROGRAM=$PWD/build/mdl PYTHONPATH=$PWD/lib/python:$PWD/tests/python PYTHONDONTWRITEBYTECODE=1
timeout 600 $environment/bin/python -W error::ResourceWarning -m unittest ${@:-discover --start-directory tests/python --pattern 'test_*.py'}
