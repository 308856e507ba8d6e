#!/usr/bin/env bash
# A signed file or folder is accepted as it is and refused after any change, whatever becomes of the output.
. "$ROOT/tests/cli/lib.sh"

signing_keys
echo model >m.bin
mkdir -p folder/sub
echo 1 >folder/a
echo 2 >folder/sub/b

"$MDL" sign m.bin --key private.pem
"$MDL" sign folder --key private.pem
[ -s m.bin.sig ] && [ -s folder/model.sig ]
expect_exit 0 "$MDL" verify m.bin --key public.pem
expect_text out <<<'m.bin: as signed'
expect_exit 0 "$MDL" verify folder --key other-public.pem --key public.pem
expect_text out <<<'folder: as signed'

# Signed anew it is another signature, as good; elsewhere, too.
"$MDL" sign m.bin --key private.pem --signature elsewhere.sig
if cmp -s m.bin.sig elsewhere.sig; then exit 1; fi
"$MDL" verify m.bin --key public.pem --signature elsewhere.sig >out

expect_exit 1 "$MDL" verify m.bin --key other-public.pem
expect_text err <<'EOT'
mdl: m.bin.sig: is not a signature that is trusted: it names another key than other-public.pem
EOT

echo more >>m.bin
echo 3 >folder/new
for output in out /dev/full; do
  code=0
  "$MDL" verify m.bin --key public.pem >$output 2>err || code=$?
  [ $code -eq 1 ]
  expect_text err <<<'mdl: m.bin: is not what was signed; m.bin.sig is about other bytes'
done
code=0
"$MDL" verify folder --key public.pem 2>err | true || code=$?
[ $code -eq 1 ]
expect_text err <<<"mdl: folder: is not what was signed; not signed: 'new'"
expect_exit 1 "$MDL" verify folder/a --key public.pem
expect_text err <<<'mdl: folder/a.sig: there is no such signature; mdl sign makes one'
