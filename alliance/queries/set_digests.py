"""A digest of a set of rows, made by the database: whether anything among them is another than it was."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast, Collate


def digest_of(*columns: Any) -> Func:
    """Of these columns of all rows, in whichever order they come; None of no row. An aggregate."""
    texts = [Cast(column, TextField()) for column in columns]
    line = Collate(Func(Value(" "), *texts, function="concat_ws", output_field=TextField()), "C")
    return Func(StringAgg(line, "\n", order_by=line), function="md5", output_field=TextField())
