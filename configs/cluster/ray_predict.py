"""Predictions for Parquet by Ray Data (pip install "ray[data]").

    ray job submit --working-dir configs/cluster -- python ray_predict.py MODEL TABLES SCORED     # or python ... on one machine

The workers' Python has mdl, as of `pip install "mdl[python]"`; the model file is here alone. TABLES is a file or a folder; rows keep their
order, in which SCORED's parts are sorted by name. A task that fails, fails the job with the program's reason; SCORED is there when it is whole.
"""
import os
import sys

import ray.data
from mdl_arrow import predictor, whole

path, tables, scored = sys.argv[1:]
with open(path, "rb") as file:
    model = file.read()


def score(table):
    with predictor(model) as predict:
        return predict(table)


context = ray.data.DataContext.get_current()
context.execution_options.preserve_order = True
context.use_datasource_v2 = False   # it reads row groups as they come
with whole(scored) as folder:
    rows = ray.data.read_parquet(os.path.abspath(tables))
    rows.map_batches(score, batch_format="pyarrow", batch_size=None).write_parquet(folder)
