"""Compares an ONNX file with what mdl predict printed: check_onnx.py model.onnx rows.csv predictions.csv

Needs onnx, onnxruntime and numpy; without them it says so and is content.
"""
import csv
import sys

try:
    import numpy
    import onnx
    import onnxruntime
except ImportError as error:
    sys.exit(print(f"not compared: {error}"))

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
rows = list(csv.DictReader(open(sys.argv[2], newline="")))
wanted = list(csv.DictReader(open(sys.argv[3], newline="")))
assert len(rows) == len(wanted) > 0
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
missing = {"", "NA", "NaN", "nan", "null"}
feeds = {}
for value in session.get_inputs():
    cells = [row[value.name] for row in rows]
    if value.type == "tensor(double)":
        feeds[value.name] = numpy.array([float("nan") if cell.strip() in missing else float(cell) for cell in cells]).reshape(-1, 1)
    else:
        assert value.type == "tensor(string)", value.type
        feeds[value.name] = numpy.array(cells, dtype=object).reshape(-1, 1)
names = [value.name for value in session.get_outputs()]


def difference(feeds, wanted):
    answers = dict(zip(names, session.run(None, feeds)))
    if "prediction" in answers:
        truth = numpy.array([float(row["prediction"]) for row in wanted])
        assert answers["prediction"].shape == truth.shape
        return numpy.max(numpy.abs(answers["prediction"] - truth) / numpy.maximum(1, numpy.abs(truth)))
    columns = [name for name in wanted[0] if name.startswith("p_")]
    truth = numpy.array([[float(row[name]) for name in columns] for row in wanted])
    assert answers["probabilities"].shape == truth.shape
    assert list(answers["label"]) == [row["prediction"] for row in wanted]
    return numpy.max(numpy.abs(answers["probabilities"] - truth))


largest = difference(feeds, wanted)
assert largest < 1e-5, largest
one = difference({name: values[:1] for name, values in feeds.items()}, wanted[:1])
assert one < 1e-5, one
print(f"{sys.argv[1]}: {len(rows)} rows differ by at most {largest:.1e}")
