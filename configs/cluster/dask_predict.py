"""Predictions for Parquet by Dask (pip install "dask[dataframe]", with distributed for more than one machine).

    python dask_predict.py MODEL TABLES SCORED [SCHEDULER]     # without the address of a scheduler: the cores of this machine

The workers' Python has mdl, as of `pip install "mdl[python]"`; the model file is here alone. TABLES is a file or a folder, each row group
a task; SCORED/part.0.parquet, part.1.parquet and so on keep the order. A task that fails, fails the job with the program's reason; SCORED is
there when it is whole.
"""
import os
import sys

import dask.dataframe
import pandas
import pyarrow
from mdl_arrow import predictor, whole


def score(rows, model):
    with predictor(model) as predict:
        return predict(pyarrow.Table.from_pandas(rows, preserve_index=False)).to_pandas(types_mapper=pandas.ArrowDtype)


path, tables, scored, *scheduler = sys.argv[1:]
with open(path, "rb") as file:
    model = file.read()
if scheduler:
    import distributed

    distributed.Client(*scheduler).upload_file(os.path.join(os.path.dirname(__file__), "mdl_arrow.py"))
frame = dask.dataframe.read_parquet(tables, dtype_backend="pyarrow", split_row_groups=True)
with whole(scored) as folder:
    frame.map_partitions(score, model, meta=score(frame._meta, model)).to_parquet(folder, write_index=False)
