#!/usr/bin/env bash
# track.tensorboard: an event file in the run's folder that has the lines of metrics.jsonl, also of a run that was resumed or began anew.
. "$ROOT/tests/cli/lib.sh"

# expect_events RUN: its event file has all of its evaluations, and nothing else.
expect_events() {
  python3 - "$1" <<'PY'
import json, struct, sys
run = sys.argv[1]
data, at, events = open(run + "/events.out.tfevents.mdl", "rb").read(), 0, []
while at < len(data):
    (length,) = struct.unpack_from("<Q", data, at)
    events.append(data[at + 12 : at + 12 + length])
    at += 12 + length + 4
assert at == len(data) and b"brain.Event:2" in events[0]
lines = [json.loads(line) for line in open(run + "/metrics.jsonl")]
lines = [line for line in lines if "train_loss" in line]
assert len(events) == 1 + len(lines) > 1, (len(events), len(lines))
for line, event in zip(lines, events[1:]):
    behind = f"/trial_{line['trial']}" if "trial" in line else ""
    for tag, key in (("loss/train", "train_loss"), ("loss/validation", "validation_loss"), ("metrics/accuracy", "accuracy"), ("learning_rate",) * 2):
        name = (tag + behind).encode()
        expected = b"\x0a" + bytes([len(name)]) + name + b"\x15" + struct.pack("<f", line[key])
        assert expected in event, (tag, line)
PY
}

small_table >table.csv
train() { "$MDL" train table.csv --target status "${TINY[@]}" --set track.tensorboard=true "$@"; }
train --output run >/dev/null
expect_events run
"$MDL" train table.csv --target status "${TINY[@]}" --output plain >/dev/null
[ ! -e plain/events.out.tfevents.mdl ]
cmp run/model.safetensors plain/model.safetensors
train --output run --force --set train.epochs=5 >/dev/null
expect_events run
train --output tried --set model.preset=default --set "model.hidden=[4]" --set train.trials=2 --set train.folds=2 --set model.members=4 \
  --set train.epochs=auto --set train.max_minutes=0.02 >/dev/null
expect_events tried

# Killed while it writes, and resumed.
"$MDL" train table.csv --target status "${TINY[@]}" --set track.tensorboard=true --output killed --set train.epochs=100000 >/dev/null 2>&1 &
until [ "$(wc -c 2>/dev/null <killed/events.out.tfevents.mdl || echo 0)" -gt 100 ]; do kill -0 $!; sleep 0.02; done
kill -KILL $!
wait $! 2>/dev/null || true
printf 'torn' >>killed/events.out.tfevents.mdl
"$MDL" train --resume killed --quiet --set train.evaluate_every=50 --set train.early_stopping=1 --allow-changes >/dev/null 2>&1
expect_events killed

# Without it, none stays of a run that another replaces; a link is not followed; nothing goes into the open.
"$MDL" train table.csv --target status "${TINY[@]}" --output run --force >/dev/null
[ ! -e run/events.out.tfevents.mdl ]
mkdir link
ln -s ../elsewhere link/events.out.tfevents.mdl
expect_exit 1 train --output link
[ ! -e elsewhere ]
"$MDL" keygen --output key.txt >key.pub
expect_exit 1 train --output sealed --set "protect.recipients=[$(cat key.pub)]"
expect_text err <<'EOT'
mdl: track.tensorboard: would show in clear what protect.recipients encrypts; omit one of them
EOT
