#!/usr/bin/env bash
# The page at / in Chromium, where there is one: a row is tried and explained by keyboard alone, in light, dark and 400 pixels.
. "$ROOT/tests/cli/lib.sh"

chromium=$(command -v chromium || command -v google-chrome || true)
[ -n "$chromium" ] || { echo 'skipped: there is no Chromium here'; exit 0; }
train_small
sed '1s/.*/<img src=x onerror=alert(1)>,income,__proto__,status/; s/own/<\/script><script>alert(1)<\/script>/' table.csv >hostile.csv
"$MDL" train hostile.csv --target status --output hostile "${TINY[@]}" --set 'data.ignore=[income]' >training
"$MDL" token new --tokens tokens.yaml --scope 'infer:*' --scope 'metadata:*' --scope 'details:*' --scope 'explain:*' >token
"$MDL" token new --tokens tokens.yaml --scope infer:credit --scope metadata:credit --scope metrics --id other >other
"$MDL" serve credit=run/model.safetensors hostile=hostile/model.safetensors --tokens tokens.yaml --port 0 2>served.err &
trap 'kill -KILL $! 2>/dev/null || true' EXIT
until grep -q 'serving' served.err; do
  kill -0 $!
  sleep 0.02
done
python3 -B "$ROOT/tests/cli/check_page.py" "$chromium" "$(sed -n 's/.*:\([0-9]*\)$/\1/p' served.err | head -n 1)" "$(cat token)" "$(cat other)" ${PICTURES:+"$PICTURES"}
