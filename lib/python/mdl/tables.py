"""Tables of pandas, polars and Arrow as Arrow streams, and back."""

import os

from mdl.program import PROBLEM, Error


def arrow():
    try:
        import pyarrow
    except ImportError as problem:
        raise Error('tables of Python go to mdl as Arrow has them; pip install "mdl[python]" installs pyarrow') from problem
    return pyarrow


def is_path(data):
    return isinstance(data, (str, os.PathLike))


def kind(data):
    """'pandas', 'polars' or 'arrow'."""
    package = type(data).__module__.partition(".")[0]
    return package if package in ("pandas", "polars") else "arrow"


def to_arrow(data):
    """A table of Arrow; of pandas without the index."""
    pa = arrow()
    try:
        if isinstance(data, pa.Table):
            return data
        if isinstance(data, pa.RecordBatch):
            return pa.Table.from_batches([data])
        if kind(data) == "pandas" and hasattr(data, "columns"):
            return pa.Table.from_pandas(data, preserve_index=False).replace_schema_metadata(None)
        if hasattr(data, "__arrow_c_stream__"):
            return pa.table(data)
    except (ValueError, TypeError, pa.ArrowException) as problem:
        raise Error(f"the table cannot be made one of Arrow: {problem}") from problem
    raise TypeError(f"expected a data frame of pandas or polars, or an Arrow table, found {type(data).__qualname__}")


def to_stream(table):
    pa = arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def from_stream(source):
    """The table; raises Error where the program has answered with one."""
    with arrow().ipc.open_stream(source) as reader:
        problem = (reader.schema.metadata or {}).get(PROBLEM)
        table = reader.read_all()
    return table if problem is None else Error(problem.decode())


def type_of_labels(labels):
    """As a CSV file with them is read: numbers are numbers, true and false are booleans, all else is text."""
    pa = arrow()
    for python, found in ((int, pa.int64()), (float, pa.float64()), (lambda label: label == "true", pa.bool_())):
        try:
            if labels and all(str(python(label)).lower() == label for label in labels):
                return found
        except ValueError:
            continue
    return pa.string()


def with_labels(table, labels):
    """With predicted classes of their type."""
    place = table.column_names.index("prediction")
    return table.set_column(place, "prediction", table["prediction"].cast(type_of_labels(labels)))


def frame_like(data, table):
    """A table of Arrow as one of the kind that `data` is, with its index."""
    if kind(data) == "pandas":
        frame = table.to_pandas()
        if len(frame) != len(data):
            raise Error("rows are left out, and which cannot be told by the index; on_error='blank' keeps them")
        frame.index = data.index
        return frame
    if kind(data) == "polars":
        import polars

        return polars.from_arrow(table)
    return table


def column_like(data, table, name):
    """A column of a table of Arrow: a series of pandas or polars, or a column of Arrow."""
    return frame_like(data, table.select([name]))[name]
