#!/usr/bin/env bash
# Keys and paths that are of no use for signing are named with the cure.
. "$ROOT/tests/cli/lib.sh"

signing_keys
echo model >m.bin
expect_exit 1 "$MDL" sign m.bin --key public.pem
sed 's/mode [0-7]*/mode N/' err >told
expect_text told <<'EOT'
mdl: public.pem: others than its owner may read or change this key file (mode N); chmod 600 public.pem
EOT
chmod 600 public.pem
expect_exit 1 "$MDL" sign m.bin --key public.pem
expect_text err <<<'mdl: public.pem: holds a public key; signing needs the private one that belongs to it'
expect_exit 1 "$MDL" verify m.bin --key private.pem
expect_text err <<'EOT'
mdl: private.pem: holds a private key; the public one that belongs to it is expected, and the private one stays with its owner
EOT
expect_exit 2 "$MDL" sign m.bin --key private.pem --signature m.bin
expect_text err <<<"mdl sign: --signature 'm.bin': is also an input, 'm.bin', and would be overwritten"
expect_exit 2 "$MDL" sign - --key private.pem
expect_exit 2 "$MDL" verify - --key public.pem
expect_exit 2 "$MDL" verify m.bin
mkdir folder
ln -s ../m.bin folder/link
expect_exit 1 "$MDL" sign folder --key private.pem
expect_text err <<<'mdl: folder/link: is a symbolic link; only files can be signed'
[ ! -e folder/model.sig ] && [ ! -e m.bin.sig ]
