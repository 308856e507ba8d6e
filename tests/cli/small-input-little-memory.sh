#!/usr/bin/env bash
# Whatever an input claims, memory is in proportion to the bytes that are there.
. "$ROOT/tests/cli/lib.sh"

train_small

# within KIB CODE COMMAND...: runs it with so much address space at most.
within() {
  local kib=$1
  shift
  (ulimit -v "$kib"; expect_exit "$@")
}

# A header of 66 million columns.
head -c 66000000 /dev/zero | tr '\0' ',' | gzip >commas.csv.gz
[ "$(stat -c %s commas.csv.gz)" -lt 70000 ]
within 500000 1 "$MDL" predict run/model.safetensors commas.csv.gz
expect_text err <<'EOT'
mdl: commas.csv.gz:1: the header has more than 1000000 columns
EOT

cat >craft.py <<'EOF_PYTHON'
import json, struct, sys

def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])]) for name, entry in header.items() if name != "__metadata__"}
    return header["__metadata__"], tensors

def write(path, metadata, tensors):
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, shape, content) in sorted(tensors.items(), key=lambda item: ({"I64": 0, "F64": 0, "F32": 1, "U8": 2}[item[1][0]], item[0])):
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)

metadata, tensors = read("run/model.safetensors")
model = json.loads(metadata["mdl.model"])
inputs = model["network"]["widths"][0]

# Half a million hidden units in 12 MB.
units = 500_000
wide = dict(tensors)
for name, shape in {"0.weight": [units, inputs], "0.bias": [units], "2.weight": [1, units]}.items():
    wide[name] = ("F32", shape, bytes(4 * units * (inputs if shape == [units, inputs] else 1)))
write("wide.safetensors", dict(metadata, **{"mdl.model": json.dumps(dict(model, network=dict(model["network"], widths=[inputs, units, 1])))}), wide)

# A tensor that would be 2 GB, of which nothing is there.
header = {"__metadata__": metadata, "0.weight": {"dtype": "F32", "shape": [1 << 29], "data_offsets": [0, 1 << 31]}}
text = json.dumps(header).encode()
open("claims.safetensors", "wb").write(struct.pack("<Q", len(text)) + text)
EOF_PYTHON
python3 craft.py
within 900000 0 "$MDL" predict wide.safetensors table.csv --device cpu
[ "$(wc -l <out)" -eq 61 ]
within 500000 1 "$MDL" predict claims.safetensors table.csv
expect_text err <<'EOT'
mdl: claims.safetensors: is not a usable model file: its tensors need 2147483648 bytes, 0 are there; the file is truncated
EOT
