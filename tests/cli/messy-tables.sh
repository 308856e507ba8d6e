# A table is read alike however it is written, or refused with what to type (tests/messy_tables.py).
python3 "$ROOT/tests/messy_tables.py" "$MDL" 40
