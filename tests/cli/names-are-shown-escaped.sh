#!/usr/bin/env bash
# Names with what a terminal or a browser obeys (escape sequences, C1 controls, bidirectional overrides, line separators) are shown with it
# escaped, everywhere; data that is written out keeps its bytes.
. "$ROOT/tests/cli/lib.sh"

esc=$'\x1b[31m' c1=$'\xc2\x9b31m' rlo=$'\xe2\x80\xae' ls=$'\xe2\x80\xa8' alm=$'\xd8\x9c' rli=$'\xe2\x81\xa7' bel=$'\x07' del=$'\x7f'
small_table | sed "1s/age/a$esc${rlo}ge/; 1s/home/h$c1${ls}ome/; 1s/status/st$bel${alm}atus/; s/own/o$esc$rlo${del}wn/; s/bad/b$esc$rli${c1}ad/" >"t$rlo.csv"
table=t$rlo.csv target=st$bel${alm}atus
harmful() { grep -lP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$@"; }

"$MDL" train "$table" --target "$target" --output run "${TINY[@]:1}" >train.out 2>train.err
LC_ALL=C.UTF-8 grep -qF '\x1b[31m\u202e' train.err
for command in "train $table --target nowhere" "train $table --target $target --output run --resume --set train.seed=1" "config show $table"; do
  # shellcheck disable=SC2086
  "$MDL" $command >>other.out 2>>other.err || true
done
"$MDL" train "$table" --target "$target" --output run --resume --set data.positive=good "${TINY[@]}" >>other.out 2>>other.err || true
"$MDL" init "$table" --target "$target" >init.out
cp init.out init.yaml
"$MDL" config show init.yaml >config.out
"$MDL" train init.yaml --dry-run >dry.out 2>dry.err
for format in text card; do "$MDL" inspect run/model.safetensors --format $format >inspect.$format; done
for form in txt md xml html; do "$MDL" evaluate run/model.safetensors "$table" --slice "h$c1${ls}ome" --report report.$form --drift >evaluate.out 2>evaluate.err; done
"$MDL" explain run/model.safetensors "$table" >explain.out 2>explain.err
"$MDL" benchmark run/model.safetensors --seconds 0.01 --batch 1 --threads 1 >benchmark.out 2>benchmark.err
sed "2s/^[0-9]*/x$esc$rlo/" "$table" >"wrong$rlo.csv"
"$MDL" predict run/model.safetensors "wrong$rlo.csv" 2>predict.err >/dev/null || true
"$MDL" predict "no$rlo$esc" 2>>predict.err || true
"$MDL" "com$esc$rlo" 2>>predict.err || true
"$MDL" train x.yaml "--fl$esc$rlo" 2>>predict.err || true
if LC_ALL=C harmful ./*.out ./*.err inspect.* report.* run/report.html; then exit 1; fi

# The bytes of data are nobody's business.
"$MDL" predict run/model.safetensors "$table" | cut -d , -f -4 | cmp - "$table"
"$MDL" inspect run/model.safetensors --format json | python3 -c 'import json, sys; assert "\u202e" in json.load(sys.stdin)["features"][0]["name"]'
grep -q "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">" run/report.html report.html
