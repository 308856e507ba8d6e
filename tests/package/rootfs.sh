#!/usr/bin/env bash
# The image of configs/deploy/Containerfile, as a root file system that is read-only and entered as its user: it evaluates, predicts and
# serves, and needs nothing else.
#
#   tests/package/rootfs.sh      prints 'skipped: ...' where no root can be entered
set -euo pipefail
ROOT=$(realpath "$(dirname "$0")/../..")
. "$ROOT/tests/cli/lib.sh"
unset MDL_LIBTORCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What the file says, and nothing that it does not say.
containerfile=$ROOT/configs/deploy/Containerfile
sed '1,/^FROM scratch$/d' "$containerfile" | grep '^COPY' | grep -qx 'COPY --from=build /rootfs /'
make=$(sed -n 's|^RUN \(.*\) /rootfs$|\1|p' "$containerfile")
user=$(sed -n 's/^USER //p' "$containerfile")
mapfile -t entry < <(sed -n 's/^ENTRYPOINT //p' "$containerfile" | python3 -c 'import json; print(*json.loads(input()), sep="\n")')
[ "$make" = './scripts/package rootfs' ] && [ "$user" = 65532:65532 ]
(cd "$ROOT" && $make "$work/root")
[ "$(du --summarize --block-size=1M root | cut -f 1)" -lt 40 ]
[ ! -e root/bin ] && [ "$(ls root/usr/bin)" = mdl ]
if find root -name 'libtorch*' -o -name '*.h' -o -perm /6000 | grep .; then exit 1; fi

mkdir -p root/proc root/models root/secrets
if ! unshare --mount --pid --fork --mount-proc="$PWD/root/proc" chroot --userspec="$user" root "${entry[@]}" version; then
  echo 'skipped: no root can be entered here'
  exit
fi
# As a container runs it.
# shellcheck disable=SC2016
in_image=(unshare --mount --pid --fork --kill-child env -i sh -c 'mount --bind root root && mount -o remount,bind,ro root &&
  mount -t proc proc root/proc && exec /usr/sbin/chroot --userspec="$0" root "$@"' "$user" "${entry[@]}")

mdl=$ROOT/build/mdl
model=$ROOT/tests/fixtures/format-1/binary.safetensors
small_table >table.csv
"$mdl" train table.csv --target status --output run "${TINY[@]}" >/dev/null
cp run/model.safetensors root/models/small.safetensors
cp "$model" root/models/binary.safetensors
"$mdl" predict run/model.safetensors table.csv >expected.csv
"${in_image[@]}" predict /models/small.safetensors <table.csv | cmp - expected.csv
"$mdl" predict "$model" "$ROOT/tests/fixtures/format-1/binary.csv" >binary.csv
"${in_image[@]}" predict /models/binary.safetensors <"$ROOT/tests/fixtures/format-1/binary.csv" | cmp - binary.csv
expect_exit 3 "${in_image[@]}" evaluate /models/small.safetensors - --fail-under accuracy=0.999 <table.csv
tail -n 1 out | grep -E '^gate accuracy >= 1.00: 0[.][0-9]+ FAILED$|^gate accuracy >= 0.999'
expect_exit 1 "${in_image[@]}" train /models/table.csv --target status
tail -n 1 err

# It serves whoever asks from outside.
"$mdl" token new --tokens root/secrets/tokens.yaml --scope 'infer:*' >token
chown 0:65532 root/secrets/tokens.yaml
chmod 0440 root/secrets/tokens.yaml
"${in_image[@]}" serve small=/models/small.safetensors --host 127.0.0.1 --port 0 --behind-proxy --tokens /secrets/tokens.yaml 2>served.err &
trap 'kill -KILL $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
wait_for served.err
port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' served.err | head -n 1)
curl --silent --fail --max-time 20 "http://127.0.0.1:$port/v2/health/live" >/dev/null
curl --silent --fail --max-time 20 --data-binary @table.csv -H 'Content-Type: text/csv' -H "Authorization: Bearer $(cat token)" \
  "http://127.0.0.1:$port/v1/predict" | cmp - expected.csv
ps -o uid= -p "$(pgrep --parent $!)" | grep -qx ' *65532'
kill -TERM "$(pgrep --parent $!)"
wait $!
