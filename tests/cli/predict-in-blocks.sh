#!/usr/bin/env bash
# Several threads read a table in blocks: the same bytes, rejects, notes and messages as one, wherever a block ends.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --output key.txt >public.txt 2>/dev/null

# Tables of many blocks, which are 256 KiB long; what stands in quotes, between the rows and at the ends is for the cuts to fall into.
cat >tables.py <<'EOF_PYTHON'
import gzip, json, random

random.seed(3)
HEADER = "age,income,home,note\n"

def note(kind):
    text = random.choice(["", "plain", "a,b", 'say ""no""', "two\nlines", "two\r\nlines", "\n\n\n", "# no comment\n#", '""', "x" * random.randrange(300)])
    if kind == "plain": return "plain"
    if kind == "stray": return random.choice(['5" disk', 'a"b', "it's", 'x""y'])
    return '"' + text + '"'

def row(i, kind="quoted", home=None, end="\n"):
    return f"{20 + i % 50},{i % 6000},{home or random.choice(['own', 'rent', 'tent'])},{note(kind)}{end}"

def table(name, rows, header=HEADER):
    with open(name, "w", newline="") as file:
        file.write(header + "".join(rows))

ROWS = 30_000
many = [row(i) for i in range(ROWS)]
table("quoted.csv", many)
table("plain.csv", [row(i, "plain") for i in range(2 * ROWS)])
table("stray.csv", [row(i, random.choice(["stray", "plain"])) for i in range(2 * ROWS)])
table("crlf.csv", [row(i, end="\r\n") for i in range(ROWS)], HEADER.replace("\n", "\r\n"))
table("blank.csv", [row(i, end=random.choice(["\n", "\n\n", "\r\n\r\n\n"])) for i in range(ROWS)])
table("comments.csv", [random.choice(["", "", '# a "quote\n', "#\n"]) + row(i) for i in range(ROWS)])
table("unended.csv", many[:-1] + [many[-1].rstrip("\n")])
table("long.csv", many[:50] + ['30,100,own,"' + "many words\n" * 70_000 + '"\n'] + many[50:9000] + ["30,100,own," + "word " * 200_000 + "\n"] + many[9000:])
table("empty.csv", [], "")
table("header.csv", [])
table("blank-rows.csv", ["\n", "\r\n", "\n"])
table("one.csv", many[:1])
table("one-column.csv", ["x\n", "\n", '"a\nb"\n'] * 60_000, "age\n")
table("turned.csv", [",".join(reversed(row(i, "plain").rstrip().split(","))) + "\n" for i in range(2 * ROWS)], "note,home,income,age\n")

# What is wrong with a row ends the run, or does not; some of it ends every run.
def wrong(name, bad, at=(ROWS // 2,)):
    rows = list(many)
    for i in at: rows.insert(i, bad)
    table(name, rows)

seldom = range(100, ROWS, 997)
wrong("bad-cells.csv", 'old,1,own,"a\nb"\n', seldom)
wrong("bad-counts.csv", '1,1,own\n', seldom)
wrong("huge-numbers.csv", '1e300,1,own,\n', seldom)
wrong("headers.csv", HEADER, seldom)
wrong("row-names.csv", "1,1,1,own,a\n", [0, ROWS // 2])
for name, bad in {"nul": "1,1,own,\0\n", "behind-quote": '1,1,own,"a"b\n', "return": "1,1,own,a\rb\n", "blank-before": '1,1,own, "a"\n', "shifted": '1,1"own,a"\n'}.items():
    wrong(f"{name}.csv", bad)
wrong("open.csv", '1,1,own,"open\n')
wrong("two.csv", 'old,1,own,\n1,1,own,"a"b\n')

objects = [{"age": 20 + i % 50, "income": i, "home": random.choice(["own", "rent", "tent"]), "note": 'a "quote"\n' * (i % 9)} for i in range(ROWS)]
lines = [json.dumps(o) + random.choice(["\n", "\r\n", "\n\n"]) for o in objects]
lines[ROWS // 3] = '{"age": 1}\n'
lines[ROWS // 2] = '{"age": 1, "income": "many", "home": "own"}\n'
lines[ROWS // 2 + 1] = '{"age": 1, "income" "many"}\n'
table("rows.jsonl", lines, "\ufeff")
table("good.jsonl", [json.dumps(o) + "\n" for o in objects], "")
table("tabs.tsv", [row(i, "plain").replace(",", "\t") for i in range(2 * ROWS)], "sep=\t\n" + HEADER.replace(",", "\t"))

packed = gzip.compress(open("quoted.csv", "rb").read(), 1)
open("packed.csv.gz", "wb").write(packed)
open("cut.csv.gz", "wb").write(packed[: len(packed) // 2])
open("utf16.csv", "wb").write(open("quoted.csv", newline="").read().encode("utf-16"))
EOF_PYTHON
python3 tables.py
"$MDL" encrypt quoted.csv --recipient "$(cat public.txt)" --output quoted.csv.age
head -c 400000 quoted.csv.age >cut.csv.age

# same ARGUMENT...: the answers, the rejects and all that is said, with 2 and 3 threads as with one.
same() {
  local n code wanted=
  for n in 1 2 3; do
    code=0
    rm -f rejects
    "$MDL" predict run/model.safetensors "$@" --threads $n >out$n 2>err$n || code=$?
    touch rejects
    mv rejects rejects$n
    wanted=${wanted:-$code}
    if [ $code -ne "$wanted" ] || ! cmp out$n out1 || ! cmp err$n err1 || ! cmp rejects$n rejects1; then
      echo "$* --threads $n: exit code $code instead of $wanted"
      diff err1 err$n
      exit 1
    fi
  done
}

# ends TEXT: what is said last, and that rows were answered before.
ends() {
  tail -n 1 err1 | grep -qF -- "$1" || { echo "not: $1"; cat err1; exit 1; }
  [ "$(wc -l <out1)" -gt 10000 ]
}

for table in quoted.csv plain.csv stray.csv crlf.csv blank.csv "comments.csv --comment #" unended.csv long.csv turned.csv utf16.csv good.jsonl tabs.tsv packed.csv.gz; do
  # shellcheck disable=SC2086
  same $table
  [ "$(wc -c <out1)" -gt 1000000 ]   # there are several blocks
done
same quoted.csv.age --identity key.txt
for table in one.csv header.csv blank-rows.csv empty.csv one-column.csv; do same $table; done

same quoted.csv turned.csv one.csv header.csv crlf.csv
"$MDL" predict run/model.safetensors quoted.csv --threads 1 >whole 2>err
# shellcheck disable=SC2002
cat quoted.csv | "$MDL" predict run/model.safetensors --threads 3 2>err | cmp - whole
same plain.csv --only --round 3
same quoted.csv --columns note,age
same quoted.csv --columns note,age --output-format jsonl
same good.jsonl --columns note,age --output-format csv
same quoted.csv --output-format arrow
same one.csv --explain

for way in skip blank; do
  for table in bad-cells.csv bad-counts.csv huge-numbers.csv headers.csv row-names.csv rows.jsonl; do
    same $table --on-error $way --rejects rejects
    [ "$(wc -l <rejects1)" -gt 2 ]
  done
  same bad-cells.csv rows.jsonl --only --on-error $way --rejects rejects --output-format csv
done

same bad-cells.csv
for table in nul behind-quote return blank-before shifted open two; do
  same $table.csv
  ends "$table.csv:"
  same $table.csv --on-error skip --rejects rejects
  ends "$table.csv:"
done
for table in cut.csv.gz "cut.csv.age --identity key.txt"; do
  # shellcheck disable=SC2086
  same $table
  ends "cut.csv."
done
