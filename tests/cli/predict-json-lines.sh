#!/usr/bin/env bash
# JSON Lines go in and come out, every byte as it came; the answers are those of the same rows as CSV.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
cat >new.jsonl <<'EOT'
{"id":7, "age":30,"income":100,"home":"own","more":{"a":[1,"}"]}}
{ "home" : "o\u0077n" ,"income":"100","age":null}

EOT
printf 'age,income,home\n30,100,own\n,100,own\n' | "$MDL" predict $model --only >only.csv
"$MDL" predict $model new.jsonl >out
IFS=, read -r label bad good <<<"$(sed -n 2p only.csv)"
IFS=, read -r label2 bad2 good2 <<<"$(sed -n 3p only.csv)"
expect_text out <<EOT
{"id":7, "age":30,"income":100,"home":"own","more":{"a":[1,"}"]},"prediction":"$label","p_bad":$bad,"p_good":$good}
{ "home" : "o\u0077n" ,"income":"100","age":null,"prediction":"$label2","p_bad":$bad2,"p_good":$good2}
EOT
gzip -c new.jsonl | "$MDL" predict $model --input-format jsonl | cmp - out
"$MDL" predict $model new.jsonl --output-format csv --only | cmp - only.csv
"$MDL" predict $model new.jsonl --columns home,age --output chosen.tsv
expect_text chosen.tsv <<EOT
home	age	prediction	p_bad	p_good
own	30	$label	$bad	$good
own		$label2	$bad2	$good2
EOT
"$MDL" predict $model new.jsonl --columns home >out
expect_text out <<EOT
{"home":"own","prediction":"$label","p_bad":$bad,"p_good":$good}
{"home":"o\u0077n","prediction":"$label2","p_bad":$bad2,"p_good":$good2}
EOT
expect_exit 1 "$MDL" predict $model new.jsonl --output-format csv
expect_text err <<'EOT'
mdl: new.jsonl: lines of JSON may differ in their keys; name the columns to keep with --columns, or print only the new columns with --only
EOT

# CSV becomes JSON Lines: numbers to the model are numbers, the rest is text.
printf 'id,age,income,home\n007,30,+100,"o""wn"\n' | "$MDL" predict $model --output-format jsonl --round 0 >out
grep -qE '^\{"id":"007","age":30,"income":"\+100","home":"o\\"wn","prediction":"(bad|good)","p_bad":[01],"p_good":[01]\}$' out

printf '{"age":1,"income":2,"home":"own"}\n{"age":1,"income":2}\n{"age":1,"income":2,"home":"own","prediction":3}\n{"age":"x","income":1,"home":""}\nnull\n' >bad.jsonl
expect_exit 1 "$MDL" predict $model bad.jsonl --on-error skip --rejects rejects.csv
[ "$(wc -l <out)" -eq 1 ]
expect_text rejects.csv <<'EOT'
file,line,reason,row
bad.jsonl,2,"has no 'home'; where a value is missing, null is expected","{""age"":1,""income"":2}"
bad.jsonl,3,"already has 'prediction', which the predictions need; rename it, or print only the new columns with --only","{""age"":1,""income"":2,""home"":""own"",""prediction"":3}"
bad.jsonl,4,column 'age': 'x' is not a number,"{""age"":""x"",""income"":1,""home"":""""}"
bad.jsonl,5,"character 1: expected an object, {""column"": value, ...}",null
EOT
expect_exit 1 "$MDL" predict $model bad.jsonl
expect_text err <<'EOT'
mdl: bad.jsonl:2: has no 'home'; where a value is missing, null is expected
EOT
