# What is encrypted here opens in age and in Python's pyrage, and theirs opens here; whichever of them is there ($MDL_PYTHON).
. "$ROOT/tests/cli/lib.sh"
python=${MDL_PYTHON:-python3}

"$MDL" keygen --output key.txt >/dev/null 2>&1
recipient=$(sed -n 's/^# public key: //p' key.txt)

for size in 0 20 65536 200000; do
  head -c "$size" /dev/urandom >plain
  for armor in "" armored; do
    "$MDL" encrypt ${armor:+--armor} --recipient "$recipient" <plain >ours.age
    "$MDL" decrypt --identity key.txt <ours.age | cmp - plain
    if command -v age >/dev/null; then
      age --decrypt --identity key.txt <ours.age | cmp - plain
      age ${armor:+--armor} --recipient "$recipient" <plain | "$MDL" decrypt --identity key.txt | cmp - plain
    fi
    if "$python" -c 'import pyrage' 2>/dev/null; then
      "$python" - ${armor:+--armor} <<'EOT'
import sys, pyrage
key = next(line for line in open("key.txt").read().splitlines() if line.startswith("AGE-SECRET-KEY-"))
identity = pyrage.x25519.Identity.from_str(key)
plain = open("plain", "rb").read()
assert pyrage.decrypt(open("ours.age", "rb").read(), [identity]) == plain
open("theirs.age", "wb").write(pyrage.encrypt(plain, [identity.to_public()], armored="--armor" in sys.argv))
EOT
      "$MDL" decrypt --identity key.txt <theirs.age | cmp - plain
    fi
  done
done
