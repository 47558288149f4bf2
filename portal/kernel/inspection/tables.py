"""CSV: text in UTF-8 that a reader of tables can read to its end."""

import csv
import io

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.refusal import Place, Refusal

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def inspect(content: bytes) -> Answer:
    """Refuse what is not UTF-8, binary data, and a cell that no reader takes; each with its row."""
    if content.startswith(_UTF_16):
        raise Refusal("not-utf8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal("not-utf8", Place(row=content.count(b"\n", 0, error.start) + 1)) from error
    if b"\0" in content:
        raise Refusal("csv-binary", Place(row=content.count(b"\n", 0, content.index(b"\0")) + 1))
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(text)
    rows = 0
    try:
        for _row in reader:
            rows += 1
    except csv.Error as error:
        raise Refusal("csv-cell", Place(row=rows + 1)) from error
    return Answer()
