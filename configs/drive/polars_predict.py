"""Predictions for a Polars frame: Arrow goes into the program and comes out of it, and no text.

    python polars_predict.py MODEL TABLE.parquet SCORED.parquet
"""
import io
import subprocess
import sys

import polars


def predict(model, frame, *flags):
    """The frame with the columns that `mdl predict` adds."""
    stream = io.BytesIO()
    frame.write_ipc_stream(stream, compat_level=polars.CompatLevel.oldest())
    scored = subprocess.run(["mdl", "predict", model, "-", *flags], input=stream.getvalue(), stdout=subprocess.PIPE, check=True)
    return polars.read_ipc_stream(scored.stdout)


if __name__ == "__main__":
    model, table, scored = sys.argv[1:]
    predict(model, polars.read_parquet(table)).write_parquet(scored)
