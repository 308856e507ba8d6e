#!/usr/bin/env bash
# PyPI's model-signing verifies what mdl has signed, and mdl what it has; where Python ($MDL_PYTHON) has it.
. "$ROOT/tests/cli/lib.sh"

python=${MDL_PYTHON:-python3}
"$python" -c 'import model_signing._cli' 2>/dev/null || exit 0
model_signing() { "$python" -m model_signing "$@" >out 2>&1; }

signing_keys
mkdir -p folder/sub/empty folder/.git 'folder/an ö'
echo 1 >folder/a.txt
echo 2 >folder/a
echo 3 >folder/sub/b
echo 4 >'folder/an ö/c d'
echo 5 >folder/a-b
mkdir folder/a.d && echo 6 >folder/a.d/x
echo git >folder/.git/HEAD
echo git >folder/.gitignore

"$MDL" sign folder/a.txt --key private.pem --signature ours.sig
model_signing verify key folder/a.txt --signature ours.sig --public_key public.pem
model_signing sign key folder/a.txt --signature theirs.sig --private_key private.pem
"$MDL" verify folder/a.txt --signature theirs.sig --key public.pem

"$MDL" sign folder --key private.pem
model_signing verify key folder --signature folder/model.sig --public_key public.pem
model_signing sign key folder --signature folder/model.sig --private_key private.pem
"$MDL" verify folder --key public.pem
# One that lies outside, and one of a folder that leaves more out.
rm folder/model.sig
model_signing sign key folder --signature outside.sig --private_key private.pem --ignore-paths folder/a.d
"$MDL" verify folder --signature outside.sig --key public.pem

# Both refuse a change.
"$MDL" sign folder --key private.pem
echo 7 >>folder/sub/b
if model_signing verify key folder --signature folder/model.sig --public_key public.pem; then exit 1; fi
expect_exit 1 "$MDL" verify folder --key public.pem
expect_exit 1 "$MDL" verify folder --signature outside.sig --key public.pem
expect_text err <<<"mdl: folder: is not what was signed; changed: 'sub/b'; not signed: 'model.sig'"

# Keys of other curves, and shards, which are named.
"$python" - <<'EOT'
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
for curve in ec.SECP384R1(), ec.SECP521R1():
    key = ec.generate_private_key(curve)
    with open(curve.name + ".pem", "wb") as file:
        file.write(key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    with open(curve.name + ".pub", "wb") as file:
        file.write(key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo))
EOT
chmod 600 secp*.pem
for curve in secp384r1 secp521r1; do
  model_signing sign key folder/a --signature theirs.sig --private_key $curve.pem
  "$MDL" verify folder/a --signature theirs.sig --key $curve.pub
  "$MDL" sign folder/a --key $curve.pem --signature ours.sig
  model_signing verify key folder/a --signature ours.sig --public_key $curve.pub
done
"$python" - <<'EOT'
import model_signing
hashing = model_signing.hashing.Config().use_shard_serialization()
model_signing.signing.Config().use_elliptic_key_signer(private_key="private.pem").set_hashing_config(hashing).sign("folder/a", "shards.sig")
EOT
expect_exit 1 "$MDL" verify folder/a --signature shards.sig --key public.pem
expect_text err <<'EOT'
mdl: shards.sig: is not a signature that is trusted: it is about parts of files (shards), which mdl does not verify; sign whole files
EOT
