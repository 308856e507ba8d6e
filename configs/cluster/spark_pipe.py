"""Predictions for CSV that Spark reads, by rdd.pipe: any Spark with RDDs, and no Arrow.

    spark-submit spark_pipe.py MODEL TABLE.csv SCORED      # TABLE.csv may be a folder of files with the same header

All machines have mdl on this one's PATH, and the model file under that path. `cat SCORED/part-*` is what `mdl predict` writes, in its order.
Spark cuts text at line ends, whatever they are, and takes it for UTF-8; rows with line breaks in quotes are refused.
A task that fails, fails the job; SCORED/_SUCCESS is there when it is whole.
"""
import os
import shlex
import subprocess
import sys

from pyspark.sql import SparkSession

model, table, scored = sys.argv[1:]
context = SparkSession.builder.getOrCreate().sparkContext
lines = context.textFile(table)
header = lines.first()
predict = f"mdl predict {shlex.quote(model)} --threads 1"
names = subprocess.run(shlex.split(predict), input=header + "\n", stdout=subprocess.PIPE, check=True, text=True).stdout

complete = """awk -F '"' 'NF && NF % 2 == 0 { print "a quote is open at the end of: " $0 >"/dev/stderr"; exit 1 } 1'"""
each = f"(echo {shlex.quote(header)}; {complete}) | {predict} | tail -n +2"
environment = {name: os.environ[name] for name in ("PATH", "MDL_IDENTITY_FILE") if name in os.environ}
rows = lines.filter(lambda line: line != header).pipe(f"bash -o pipefail -c {shlex.quote(each)}", environment, checkCode=True)
context.parallelize([names.rstrip("\n")], 1).union(rows).saveAsTextFile(scored)
