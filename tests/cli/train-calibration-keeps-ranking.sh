#!/usr/bin/env bash
# Where the training rows are all told apart, a fitted temperature costs fresh rows neither their order nor their digits.
. "$ROOT/tests/cli/lib.sh"

# rows SEED GAP: two numbers, of which the sum decides; none where it is nearer to 0 than GAP.
rows() {
  awk -v seed="$1" -v gap="$2" 'BEGIN {
    srand(seed)
    print "a,b,y"
    while (count < 300) {
      a = 2 * rand() - 1; b = 2 * rand() - 1; s = a + b
      if (s < gap && s > -gap) continue
      printf "%.5f,%.5f,%s\n", a, b, (s + (gap ? 0 : 0.4 * (rand() - 0.5)) > 0 ? "yes" : "no")
      ++count
    }
  }'
}
rows 1 0.4 >train.csv
rows 2 0 >fresh.csv
for calibration in temperature none; do
  "$MDL" train train.csv --target y --output "$calibration" --quiet --set model.members=5 --set train.epochs=12 --set "train.calibration=$calibration" >training
  "$MDL" predict "$calibration/model.safetensors" fresh.csv --only | cut -d, -f3 >"$calibration.p"
  "$MDL" evaluate "$calibration/model.safetensors" fresh.csv --intervals none --format json >"$calibration.json"
done
[ "$(sort -u temperature.p | wc -l)" -ge 299 ]
python3 - <<'EOT'
import json
fitted, raw = (json.load(open(name + ".json"))["metrics"] for name in ("temperature", "none"))
assert fitted["roc_auc"] >= raw["roc_auc"] - 0.005, (fitted, raw)
assert fitted["log_loss"] <= raw["log_loss"] + 0.02, (fitted, raw)
EOT
