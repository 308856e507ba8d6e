#!/usr/bin/env bash
# GitLab's job, as its runner runs it: it reports, writes one note, compares with what passed last, and ends with the gate's exit code.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output worse "${TINY[@]}" --set train.epochs=1 --set train.seed=3 >training
mkdir bin
ln -s "$MDL" bin/mdl
PATH=$PWD/bin:$PATH PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - <<'EOP'
from forges import Forge, expect, gitlab, scripts

forge = Forge()
given = {"MDL_PACKAGE": "", "MDL_MODEL": "run/model.safetensors", "MDL_DATA": "table.csv", "MDL_MAX_DROP": "accuracy=0.01"}
code, printed = gitlab(forge, given)
expect(0, code, printed)
assert "There is no baseline yet" in printed
code, printed = gitlab(forge, {**given, "MDL_MODEL": "worse/model.safetensors", "MDL_TOKEN": "secret"}, merge_request=True)
expect(3, code, printed)
expect(1, len(forge.comments))
assert "FAILED" in forge.comments[0]["body"]
code, printed = gitlab(forge, {**given, "MDL_TOKEN": "secret"}, merge_request=True)
expect(0, code, printed)
expect(1, len(forge.comments))
assert "There is no baseline" not in printed and "FAILED" not in forge.comments[0]["body"]
undecided = {**given, "MDL_ARGUMENTS": "--confidence 0.95 --fail-under 'accuracy=0.7'"}
expect(4, gitlab(forge, undecided, merge_request=True)[0])
expect(0, gitlab(forge, {**undecided, "MDL_UNDECIDED": "pass"}, merge_request=True)[0])
expect(2, gitlab(forge, {**given, "MDL_UNDECIDED": "ignore"})[0])
expect(1, gitlab(forge, {**given, "MDL_MODEL": "none.safetensors"})[0])
for number, script in enumerate(scripts()):
    with open(f"step{number}.sh", "w") as file:
        file.write("#!/usr/bin/env bash\nset -eo pipefail\n" + script)
EOP
if command -v shellcheck >/dev/null; then shellcheck --severity warning step*.sh; fi
