#!/usr/bin/env bash
# GitHub's action, step by step: it reports, comments once, keeps the baseline, compares with it, and ends with the gate's exit code.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output worse "${TINY[@]}" --set train.epochs=1 --set train.seed=3 >training
mkdir bin
ln -s "$MDL" bin/mdl
PATH=$PWD/bin:$PATH PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - <<'EOP'
import io, json, zipfile
from forges import Forge, expect, github

forge = Forge()
given = {"package": "", "model": "run/model.safetensors", "data": "table.csv", "max-drop": "accuracy=0.01"}

# The default branch: nothing to compare with yet, which is said; what passed is kept.
code, printed, summary = github(forge, "push", given)
expect(0, code, printed)
assert "There is no baseline yet" in printed and "There is no baseline yet" in summary and "**Scores**" in summary
expect(["mdl-reports", "mdl-baseline"], [kept["name"] for kept in forge.artifacts])
with zipfile.ZipFile(io.BytesIO(forge.artifacts[0]["zip"])) as reports:
    expect(["report.html", "report.json", "report.md", "report.xml"], sorted(reports.namelist()))
    assert reports.read("report.xml").startswith(b"<?xml") and json.loads(reports.read("report.json"))["rows"] == 60

# A fork's artifact of the same name, of its own branch main, is no baseline.
forge.artifacts.append({"name": "mdl-baseline", "branch": "main", "repository": 2, "zip": b""})

# A pull request with a worse model fails with 3, and one comment is kept up to date among those of others.
forge.comments = [{"id": i, "body": "looks good"} for i in range(120)]
code, printed, summary = github(forge, "pull_request", {**given, "model": "worse/model.safetensors"}, branch="change")
expect(3, code, printed)
assert "baseline: artifact 1 of" in printed and "a gate failed" in printed, printed
assert "accuracy drop <= 0.01" in summary, summary
expect(121, len(forge.comments))
assert "FAILED" in forge.comments[-1]["body"]
code, printed, _ = github(forge, "pull_request", given, branch="change")
expect(0, code, printed)
expect(121, len(forge.comments))
assert "FAILED" not in forge.comments[-1]["body"] and "**Scores**" in forge.comments[-1]["body"]
expect(2, sum(kept["name"] == "mdl-baseline" for kept in forge.artifacts))   # not of a pull request

# Undecided is a choice.
undecided = {**given, "arguments": "--confidence 0.95 --fail-under 'accuracy=0.7'"}
expect(4, github(forge, "pull_request", undecided)[0])
code, printed, _ = github(forge, "pull_request", {**undecided, "undecided": "pass"})
expect(0, code, printed)
assert "::warning title=mdl::a gate is undecided" in printed
expect(2, github(forge, "pull_request", {**given, "undecided": "ignore"})[0])

# A committed report as the baseline; predictions of any model.
with zipfile.ZipFile(io.BytesIO(forge.artifacts[0]["zip"])) as reports:
    reports.extract("report.json")
expect(0, github(forge, "push", {**given, "baseline": "report.json"}, branch="change")[0])
import subprocess
with open("scored table.csv", "wb") as scored:
    subprocess.run(["mdl", "predict", "run/model.safetensors", "table.csv"], stdout=scored, check=True)
code, printed, _ = github(forge, "push", {"package": "", "name": "other", "predictions": "scored table.csv", "arguments": "--target status"})
expect(0, code, printed)
expect("other-baseline", forge.artifacts[-1]["name"])
code, printed, _ = github(forge, "push", {"package": "", "name": "other", "predictions": "scored table.csv", "arguments": "--target status", "max-drop": "f1=0.01"})
expect(0, code, printed)

# A token that may only read, as of a fork's pull request; what is wrong otherwise.
forge.read_only = True
code, printed, _ = github(forge, "pull_request", given)
expect(0, code, printed)
assert "::warning title=mdl::the report is in the job summary alone" in printed
code, printed, _ = github(forge, "push", {**given, "model": "none.safetensors"})
expect(1, code, printed)
assert "::error title=mdl::mdl evaluate ended with exit code 1" in printed
EOP
