"""The same table as many programs would write it: each must train the model of the plain table, to the same predictions,
or be refused by a line whose cure leads there. No column may be read otherwise without a word.

    messy_tables.py MDL COUNT [SEED]      in an empty folder
"""
import csv, io, random, re, subprocess, sys

ROWS = 150
CITIES = ["München", "Köln", "Åre", "Łódź"]
NO_LODZ = CITIES[:3]  # what windows-1252 can write


def make_rows(draw, dates_to):
    rows = []
    for i in range(ROWS):
        age, price = draw.randint(18, 90), round(draw.uniform(1, 30000), 2)
        day = (draw.randint(2019, 2024), draw.randint(1, 12), draw.randint(1, dates_to))
        rows.append({"age": None if draw.random() < 0.1 else age, "price": price, "weight": draw.randint(1000, 9999) / 1000,
                     "day": day, "city": draw.choice(NO_LODZ), "zip": f"{draw.randint(0, 30):05d}",
                     "y": "yes" if age + price / 1000 + draw.gauss(0, 5) > 70 else "no"})
    return rows


def date(day, form):
    year, month, date = day
    return {"iso": f"{year}-{month:02d}-{date:02d}", "dotted": f"{date:02d}.{month:02d}.{year}", "british": f"{date}/{month}/{year}",
            "american": f"{month:02d}/{date:02d}/{year}", "japanese": f"{year}/{month:02d}/{date:02d}",
            "named": f"{date} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[month - 1]} {year}"}[form]


def number(value, layout, decimals):
    text = f"{value:,.{decimals}f}" if layout["thousands"] else f"{value:.{decimals}f}"
    return text if layout["decimal"] == "." else text.translate(str.maketrans(",.", ".,"))


def money(value, layout):
    sign = {"none": "{}", "dollar": "${}", "euro": "{} €", "EUR": "EUR {}"}[layout["unit"]]
    return sign.format(number(value, layout, 2))


def table(rows, layout):
    out = io.StringIO()
    write = csv.writer(out, delimiter=layout["delimiter"], lineterminator=layout["line_end"],
                       quoting=csv.QUOTE_ALL if layout["quoted"] else csv.QUOTE_MINIMAL)
    index = layout["index"]
    first = {"pandas": [""], "read twice": ["Unnamed: 0"], "numbers": ["id"]}.get(index, [])
    last = [""] if index == "trailing" else []
    write.writerow(first + ["age", "price", "weight", "day", "city", "zip", "y"] + last)
    for i, row in enumerate(rows):
        age = layout["missing"] if row["age"] is None else str(row["age"])
        write.writerow(([str(i + 1)] if first else []) +
                       [age, money(row["price"], layout), number(row["weight"], layout, 3), date(row["day"], layout["date"]), row["city"],
                        row["zip"], row["y"]] + last)
    head = {"none": "", "sep": f"sep={layout['delimiter']}{layout['line_end']}", "comment": f"# written by hand{layout['line_end']}"}
    return (head[layout["head"]] + out.getvalue()).encode(layout["encoding"])


PLAIN = {"delimiter": ",", "decimal": ".", "thousands": False, "unit": "none", "index": "none", "date": "iso", "missing": "", "encoding": "utf-8",
         "quoted": False, "head": "none", "line_end": "\n"}
CHOICES = {
    "delimiter": [",", ";", "\t", "|"], "decimal": [".", ","], "thousands": [False, True], "unit": ["none", "dollar", "euro", "EUR"],
    "index": ["none", "pandas", "read twice", "numbers", "trailing"],
    "date": ["iso", "dotted", "british", "american", "japanese", "named"],
    "missing": ["", "NA", "N/A", "n/a", "None", "null", "NULL", "?", "-", "--", ".", "#N/A", "#DIV/0!"],
    "encoding": ["utf-8", "utf-8-sig", "utf-16", "cp1252"], "quoted": [False, True], "head": ["none", "sep", "comment"],
    "line_end": ["\n", "\r\n"]}

MDL = sys.argv[1]
TINY = ["--target", "y", "--output", "run", "--force", "--set", "model.preset=plain", "--set", "model.hidden=[4]", "--set",
        "train.epochs=2", "--set", "data.min_category_rows=1"]


def run(*command, data=None):
    done = subprocess.run(command, input=data, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def predictions(name, flags):
    """What the model of the table says of the table, from the file and from a pipe."""
    answers = []
    for source, data in ((name, None), ("-", open(name, "rb").read())):
        code, out, err = run(MDL, "predict", "run/model.safetensors", source, "--only", "--output-format", "csv", *flags, data=data)
        assert code == 0, err
        answers.append(out.replace(b"\r\n", b"\n"))
    assert answers[0] == answers[1], "a pipe is read otherwise than a file"
    return answers[0]


def cures(message):
    """The flags that the lines of a refusal name, each with the value that the table needs."""
    found = {}
    for line in message.splitlines():
        if "data.format.encoding" in line:
            found["--encoding"] = "windows-1252"
        elif "data.format.decimal" in line or "data.format.thousands" in line:
            found["--decimal"] = layout["decimal"]
        elif "data.format.dates" in line:
            found["--dates"] = "mdy" if layout["date"] == "american" else "dmy"
        elif "data.format.delimiter" in line:
            found["--delimiter"] = layout["delimiter"]
    return found


count, seed = int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
draw = random.Random(seed)
refused = 0
for k in range(count):
    rows = make_rows(draw, dates_to=draw.choice([12, 28]))
    with open("plain.csv", "wb") as file:
        file.write(table(rows, PLAIN))
    code, _, err = run(MDL, "train", "plain.csv", *TINY)
    assert code == 0, err
    wanted = predictions("plain.csv", [])

    layout = {key: draw.choice(values) for key, values in CHOICES.items()}
    with open("messy.csv", "wb") as file:
        file.write(table(rows, layout))
    flags = {}
    for attempt in range(4):
        code, _, err = run(MDL, "train", "messy.csv", *TINY, *(word for flag in flags.items() for word in flag))
        if code == 0:
            break
        more = cures(err)
        assert code == 1 and more and len(err.splitlines()) <= 4, (layout, flags, err)
        refused += attempt == 0
        flags |= more
    assert code == 0, (layout, flags, err)
    assert predictions("messy.csv", []) == wanted, (layout, flags, err)
print(f"{count} tables are read as what they say; {refused} of them were refused first, with what to type")
