#!/usr/bin/env bash
# The notebooks run from their first cell to the last, and show what they are there to show.
#
#   tests/package/notebooks.sh      prints 'skipped: ...' where pip does not find Jupyter
set -euo pipefail
cd "$(dirname "$0")/../.."

environment=build/python   # that of module.sh
[ -x $environment/bin/pip ] || { echo 'skipped: there is no environment with pandas and scikit-learn'; exit; }
if ! $environment/bin/pip install --quiet nbconvert ipykernel >build/notebooks-pip.log 2>&1; then
  echo "skipped: pip does not find nbconvert and ipykernel: $(tail -n 1 build/notebooks-pip.log)"
  exit
fi
export MDL_PROGRAM=$PWD/build/mdl PYTHONPATH=$PWD/lib/python PATH=$PWD/build:$PWD/$environment/bin:$PATH PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r data lib/python/notebooks/*.ipynb "$work"
cd "$work"
for notebook in *.ipynb; do
  timeout 300 jupyter nbconvert --to notebook --execute --inplace "$notebook"
done
python - <<'EOT'
import json

def outputs(notebook):
    for cell in json.load(open(notebook))["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("text", output.get("data", {}).get("text/plain", []))), output.get("data", {})

credit, judge = list(outputs("credit.ipynb")), list(outputs("judge.ipynb"))
assert any("<iframe srcdoc=" in "".join(data.get("text/html", [])) for text, data in credit)
assert credit[-1][0] == "True" and any("contribution_" in text for text, data in credit)
auc = f"{float(judge[0][0]):.4f}"
assert any(f"roc_auc   {auc}  [" in text for text, data in judge), auc
assert any("Compared with credit-run/model.safetensors" in text for text, data in judge)
EOT
