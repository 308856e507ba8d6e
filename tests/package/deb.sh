#!/usr/bin/env bash
# The Debian packages install into a root that holds nothing but the packages they depend on, each brings what it says, the README's session
# runs there, and nothing of them stays.
#
#   tests/package/deb.sh      prints 'skipped: ...' for what this machine cannot do
set -euo pipefail
ROOT=$(realpath "$(dirname "$0")/../..")
. "$ROOT/tests/cli/lib.sh"
unset MDL_LIBTORCH
cd "$ROOT"

for tool in dpkg-shlibdeps file; do
  command -v $tool >/dev/null || { echo "skipped: there is no $tool, which CPack needs"; exit; }
done
MDL_DEB_COMPRESSION=zstd ./scripts/package deb
packages=$ROOT/dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Their control files, documents and places.
dpkg-deb --field "$packages"/mdl_*.deb Depends | grep -q 'libc6 (>= .*libssl3\?'
dpkg-deb --field "$packages"/mdl-train_*.deb Depends | grep -q '^mdl (= .*libgomp1'
for package in "$packages"/*.deb; do
  name=$(dpkg-deb --field "$package" Package)
  mkdir "$name"
  dpkg-deb --extract "$package" "$name"
  [ "$(dpkg-deb --ctrl-tarfile "$package" | tar t | sort | tr '\n' ' ')" = './control ./md5sums ' ]
  (cd "$name/usr/share/doc/$name" && gzip -t changelog.gz changelog.Debian.gz && grep -q 'Apache License' copyright)
  find "$name" -type f -print0 | xargs -0 file | grep ELF >elf
  if grep 'not stripped' elf; then exit 1; fi
  cut -d : -f 1 elf | while read -r file; do readelf -d "$file"; done | grep -E 'R(UN)?PATH' && { echo "$name has the loader search folders"; exit 1; }
  if grep -rl "$ROOT" "$name"; then echo 'that names a folder of this machine'; exit 1; fi
done
for file in mdl/usr/share/{man/man1/mdl.1.gz,bash-completion/completions/mdl,zsh/vendor-completions/_mdl,fish/vendor_completions.d/mdl.fish} \
  mdl-train/usr/share/doc/mdl-train/third-party-notices.gz; do [ -s "$file" ]; done
[ "$(du -s --block-size=1M mdl | cut -f 1)" -lt 15 ]

if command -v lintian >/dev/null; then   # which does not know zstd yet, and need not see 340 MB of LibTorch
  lintian --allow-root --fail-on error --suppress-tags malformed-deb-archive "$packages"/mdl_*.deb
else
  echo 'skipped: there is no lintian'
fi

# in_root COMMAND...: in the root alone, with /proc, where there is neither a shell nor a compiler.
in_root() { unshare --mount --pid --fork --mount-proc="$PWD/root/proc" chroot root "$@"; }
mkdir -p root/proc
if ! dpkg --compare-versions "$(dpkg-query --showformat='${Version}' --show dpkg)" ge 1.21.18 || ! unshare --mount --pid --fork --mount-proc="$PWD/root/proc" true 2>/dev/null; then
  echo 'skipped: no root can be entered here'
  exit
fi

# What they depend on, of this machine: files, and what dpkg knows of them.
closure() {
  local -A seen=()
  local queue=("$@") name
  while [ ${#queue[@]} -gt 0 ]; do
    name=${queue[0]} queue=("${queue[@]:1}")
    [ -z "${seen[$name]:-}" ] || continue
    seen[$name]=1
    mapfile -t -O ${#queue[@]} queue < <(dpkg-query --showformat='${Depends}, ${Pre-Depends}' --show "$name" | names)
  done
  printf '%s\n' "${!seen[@]}"
}
names() { tr , '\n' | sed 's/|.*//; s/(.*//; s/:.*//' | tr -d ' ' | grep . || true; }
mkdir -p root/{tmp,var/lib/dpkg/{info,updates}} root/usr/{lib,lib64,bin,sbin}
ln -s usr/lib usr/lib64 usr/bin usr/sbin root/
mapfile -t direct < <(for package in "$packages"/*.deb; do dpkg-deb --field "$package" Depends | names; done | grep -vx mdl | sort -u)
mapfile -t needed < <(closure "${direct[@]}")
echo "beside them: ${needed[*]}"
dpkg-query --listfiles "${needed[@]}" | sort -u | while read -r file; do
  if [ -f "$file" ] && [[ $file =~ [.]so([.]|$) ]]; then echo "$file"; fi
done | sed 's|^/||; s|^lib|usr/lib|' | tar -C / -c -T - | tar -C root -x
dpkg --status "${needed[@]}" >root/var/lib/dpkg/status
touch root/var/lib/dpkg/available
contents() { find root -path root/var -prune -o ! -type d -print | sort; }
contents >before
install() { dpkg --root=root --install "$@" >>dpkg.log 2>&1 || { cat dpkg.log; exit 1; }; }

# mdl alone.
install "$packages"/mdl_*.deb
cp -r "$ROOT/data" root/data
model=$ROOT/tests/fixtures/format-1/binary.safetensors
cp "$model" root/tmp/model.safetensors
"$ROOT/build/mdl" predict "$model" "$ROOT/tests/fixtures/format-1/binary.csv" >expected.csv
in_root mdl predict /tmp/model.safetensors <"$ROOT/tests/fixtures/format-1/binary.csv" | cmp - expected.csv
expect_exit 1 in_root mdl train /data/credit.csv --target Status --output /tmp/run
tail -n 1 err | grep -x 'mdl: /usr/lib/mdl/mdl-compute.so is not there; the Debian package mdl-train has it'
expect_exit 1 in_root mdl predict /tmp/model.safetensors /data/credit.csv --output /tmp/scored.parquet
grep 'mdl-parquet has it$' err

# The README's session.
install "$packages"/mdl-train_*.deb "$packages"/mdl-parquet_*.deb
in_root mdl train data/credit.csv --target Status --set data.positive=bad >training 2>&1
grep -E '^runs/credit: model.safetensors, report.html, metrics.jsonl, config.yaml, run.json' training
expect_exit 3 in_root mdl evaluate runs/credit/model.safetensors data/credit.csv --fail-under roc_auc=0.95
tail -n 1 out | grep -E '^gate roc_auc >= 0.95: 0[.]8[0-9]+ FAILED$'
head -n 3 "$ROOT/data/credit.csv" | cut -d , -f 1-13 >new.csv
in_root mdl predict runs/credit/model.safetensors <new.csv >scored.csv
head -n 1 scored.csv | grep -x 'Seniority,Home,Time,Age,Marital,Records,Job,Expenses,Income,Assets,Debt,Amount,Price,prediction,p_bad,p_good'
"$ROOT/build/mdl" predict root/runs/credit/model.safetensors new.csv | cmp - scored.csv
in_root mdl predict runs/credit/model.safetensors data/credit.csv --output /tmp/scored.parquet
in_root mdl predict runs/credit/model.safetensors /tmp/scored.parquet --only --output-format csv |
  cmp - <("$ROOT/build/mdl" predict root/runs/credit/model.safetensors "$ROOT/data/credit.csv" --only)

# Removed.
rm -r root/data root/runs root/tmp/*
dpkg --root=root --purge mdl mdl-train mdl-parquet >>dpkg.log 2>&1
contents | diff before -
[ -z "$(find root -name '*mdl*')" ]
