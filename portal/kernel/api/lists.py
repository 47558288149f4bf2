"""What every list lets its reader choose: which fields of a row, and in which order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from portal.kernel.api.problems import Fault, Problem

FIELDS, ORDERING = "fields", "ordering"


def orderings_of(view: Any) -> Mapping[str, str]:
    """The orders that a list offers, by name, each with its column: those that it names, else its own one."""
    if view.orderings is not None:
        return dict(view.orderings)
    column = view.ordering[0].removeprefix("-")
    return {"id" if column == "pk" else column: column}


def chosen_ordering(request: Request, view: Any) -> tuple[str, ...]:
    """The columns by which the list is ordered: as its address asks, with the key to break ties; else its own."""
    sent = request.query_params.get(ORDERING)
    if sent is None:
        return tuple(view.ordering)
    offered = orderings_of(view)
    sign, name = ("-", sent[1:]) if sent.startswith("-") else ("", sent)
    if name not in offered:
        message = _("This list can be ordered by: %(names)s. A minus before it turns it round.")
        raise Problem("malformed", errors=[Fault(ORDERING, message % {"names": ", ".join(offered)})])
    column = offered[name]
    return (f"{sign}{column}",) if column == "pk" else (f"{sign}{column}", f"{sign}pk")


def keep_chosen_fields(request: Request, serializer: serializers.BaseSerializer) -> None:
    """Leave of each row the fields that the address names, and what a row never goes without.

    Raises the Problem of a field that there is not.
    """
    sent = request.query_params.get(FIELDS)
    if sent is None:
        return
    row: Any = getattr(serializer, "child", serializer)
    names = [name.strip() for name in sent.split(",")]
    unknown = [name for name in names if name not in row.fields]
    if unknown:
        message = _("There is no such field: %(names)s.") % {"names": ", ".join(unknown)[:200] or "–"}
        raise Problem("malformed", errors=[Fault(FIELDS, message)])
    for name in set(row.fields) - {*names, *getattr(row, "always_sent", ())}:
        del row.fields[name]


def parameters_of(view: Any, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Both parameters as the schema describes them; `fields` are those of a row."""
    orders = [f"{sign}{name}" for name in orderings_of(view) for sign in ("", "-")]
    about = "The fields to send of each row, separated by commas; the schema of the answer is that of all of them."
    return [
        {
            "name": FIELDS,
            "in": "query",
            "required": False,
            "description": f"{about} There are: {', '.join(f'`{name}`' for name in fields)}."
            if fields
            else about,
            "schema": {"type": "string"},
        },
        {
            "name": ORDERING,
            "in": "query",
            "required": False,
            "description": "The order of the rows; a minus turns it round.",
            "schema": {"type": "string", "enum": orders},
        },
    ]
