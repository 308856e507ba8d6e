"""Predictions for a table that Spark reads, into Parquet: mapInArrow, Spark 4 or later, Spark Connect included.

    spark-submit --py-files mdl_arrow.py spark_predict.py MODEL TABLE.parquet SCORED

The workers' Python has pyarrow and mdl, as of `pip install "mdl[python]"`; the model file is here alone. A task that fails, fails the job
with the program's reason after Spark's retries; SCORED/_SUCCESS is there when it is whole. Rows keep their order within a partition;
Spark may put the partitions of several files into another one.
"""
import sys

from mdl_arrow import predictor
from pyspark.sql import SparkSession


def predictions(spark, frame, model):
    """The frame with the columns that `mdl predict` adds."""

    def score(batches):
        with predictor(model) as predict:
            for batch in batches:
                yield from predict(batch).to_batches()

    with predictor(model) as predict:
        empty = predict(frame.limit(0).toArrow())
    return frame.mapInArrow(score, spark.createDataFrame(empty).schema)


if __name__ == "__main__":
    model, table, scored = sys.argv[1:]
    spark = SparkSession.builder.getOrCreate()
    with open(model, "rb") as file:
        predictions(spark, spark.read.parquet(table), file.read()).write.parquet(scored)
