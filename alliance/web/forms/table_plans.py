"""What a person says about a table of their own: a post as a plan, with its faults by field."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.services.table_targets import OUT, TableTargets
from alliance.validators.foreign_tables import ENCODINGS, NumberStyle, Rows, TableSource
from alliance.validators.table_plans import LABELS, MAX_HEADERS, ColumnRole, TableName, TablePlan
from portal.kernel.errors import DomainError
from portal.kernel.text import whole_number

FIXED = (
    "act",
    "reading",
    "first_row",
    "last_row",
    "headers",
    "style",
    "service",
    "encoding",
    "separator",
    "sheet",
    "hidden",
)
MOST_TEXTS = 60  # among which a filter is chosen
_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}  # as the page posts them


def name_field(name: TableName, block_key: str = "") -> str:
    """The field of a name, which may be anything, in the table of this key among several of the file."""
    return f"name-{hashlib.sha256(f'{block_key}{name.key}'.encode()).hexdigest()[:12]}"


def is_plan_field(name: str) -> bool:
    """Whether a page of this kind has such a field."""
    kind, _hyphen, rest = name.partition("-")
    return (
        name in FIXED
        or (kind in ("role", "only", "below") and whole_number(rest) is not None)
        or (kind == "name" and len(rest) == 12)
    )


@dataclass
class PostedPlan:
    """A plan as it was posted. `typed` holds what stands in the field of each name, `faults` what is wrong with it."""

    plan: TablePlan
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def read_table_source(data: QueryDict) -> TableSource:
    """How the file is to be read, as it was posted; what the page does not offer is told from the file."""
    encoding = data.get("encoding", "")
    return TableSource(
        encoding if encoding in ENCODINGS else "",
        _SEPARATORS.get(data.get("separator", ""), ""),
        data.get("sheet", ""),
        hidden=data.get("hidden") == "yes",
    )


def separator_name(separator: str) -> str:
    """How the page posts a separator."""
    return next((name for name, sign in _SEPARATORS.items() if sign == separator), "")


def read_plan(data: QueryDict, rows: Rows, targets: TableTargets, before: TablePlan) -> PostedPlan:
    """The plan of a post; what is missing in it is as it was before. A name that is new gets its suggestion."""
    width = len(rows[0])
    roles = [_role(data.get(f"role-{number}", ""), before.roles[number]) for number in range(width)]
    only = {
        number: _texts(data, number, before) for number, role in enumerate(roles) if role == ColumnRole.ONLY
    }
    below = {
        number
        for number, role in enumerate(roles)
        if role in LABELS
        and "yes" in _posted(data, f"below-{number}", ["yes"] if number in before.below else [])
    }
    style = str(data.get("style", ""))
    service = str(data.get("service", before.service))
    plan = TablePlan(
        _number(data.get("first_row", ""), before.first_row, 1, len(rows)),
        _number(data.get("headers", ""), before.headers, 0, MAX_HEADERS),
        NumberStyle(style) if style in tuple(NumberStyle) else before.style,
        roles,
        {number: texts for number, texts in only.items() if texts},
        last_row=_number(data.get("last_row", str(before.last_row)) or "0", before.last_row, 0, len(rows)),
        service=service if service in {row.slug for row in targets.frame.services} else "",
        facts=before.facts,
        below=frozenset(below),
        block=before.block,
    )
    posted = PostedPlan(plan)
    if not plan.fits(rows):
        posted.faults["headers"] = _("The header rows leave no row with values. Choose them anew.")
        return posted
    names: dict[str, str] = dict(before.names)
    for name in plan.all_names(rows):
        key = name_field(name, plan.block_key)
        if key not in data:
            continue
        typed = str(data[key])
        posted.typed[key] = typed
        try:
            names[name.key] = targets.find(typed)
        except DomainError as refusal:
            posted.faults[key] = str(refusal)
    posted.plan = replace(plan, names=names)
    return posted


def leave_out_rest(posted: PostedPlan, rows: Rows, targets: TableTargets) -> PostedPlan:
    """The plan with “Leave out” for each name that stands for nothing, where another one of its column, or of its row
    of the headers, stands for something.
    """
    names = posted.plan.names
    shown = {name.key: name_field(name, posted.plan.block_key) for name in posted.plan.all_names(rows)}
    rest: set[str] = set()
    for group in posted.plan.name_groups(rows):
        if any(names.get(key) not in (None, "", OUT) for key in group):
            rest |= {key for key in group if key in shown and not names.get(key)}
    rest -= {key for key, field in shown.items() if field in posted.faults}
    typed = {**posted.typed, **{shown[key]: targets.word(OUT) for key in rest}}
    return replace(
        posted, plan=replace(posted.plan, names={**names, **dict.fromkeys(rest, OUT)}), typed=typed
    )


def _texts(data: QueryDict, number: int, before: TablePlan) -> Sequence[str]:
    """The texts of a filter; an empty one says that the page had it and none is ticked."""
    texts = _posted(data, f"only-{number}", before.only.get(number, ()))
    return tuple(dict.fromkeys(filter(None, texts)))[:MOST_TEXTS]


def _posted(data: QueryDict, name: str, before: Sequence[str]) -> Sequence[str]:
    return data.getlist(name) if name in data else before


def _role(text: str, before: ColumnRole) -> ColumnRole:
    return ColumnRole(text) if text in tuple(ColumnRole) else before


def _number(text: str, before: int, least: int, most: int) -> int:
    number = whole_number(text, digits=5)
    return before if number is None else min(max(number, least), most)
