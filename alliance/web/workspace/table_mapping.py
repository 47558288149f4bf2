"""The page on which a person says what the rows, columns and names of their own table are; kept mappings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.enums import UploadState
from alliance.models import ReportUpload, TableMapping
from alliance.queries.report_uploads import next_table, tables_left, uploads_with_reports
from alliance.queries.table_mappings import mapping_for, table_mappings
from alliance.queries.working_copy import working_copy
from alliance.services.table_mappings import delete_table_mapping, map_table
from alliance.services.table_sources import TableChanged, refuse_changed_table, reread_table
from alliance.services.table_targets import TableTargets
from alliance.services.upload_reading import column_name
from alliance.validators.foreign_tables import ENCODINGS, NumberStyle, Rows
from alliance.validators.table_guesses import guess_plan, reuse_plan, table_blocks
from alliance.validators.table_plans import (
    LABELS,
    MAX_HEADERS,
    MAX_NAMES,
    ColumnRole,
    TableBlock,
    TableName,
    TablePlan,
)
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.table_plans import (
    MOST_TEXTS,
    PostedPlan,
    is_plan_field,
    leave_out_rest,
    name_field,
    read_plan,
    read_table_source,
    separator_name,
)
from alliance.web.workspace.reports import report_context
from alliance.workflows import REPORT_UPLOAD
from portal.kernel.errors import DomainError
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, get_visible_or_404, refuse_unlisted_fields

_SHOWN_ROWS, _ROWS_ABOVE, _MOST_BLOCKS, _EXAMPLES = 14, 4, 60, 3
_ROLES = (
    (ColumnRole.NAME, gettext_lazy("names its rows")),
    (ColumnRole.VALUE, gettext_lazy("values")),
    (ColumnRole.ONLY, gettext_lazy("only rows with")),
    (ColumnRole.IGNORE, gettext_lazy("nothing")),
)
_STYLES = (
    (NumberStyle.POINT, gettext_lazy("1,234.5 or 1 234.5")),
    (NumberStyle.COMMA, gettext_lazy("1.234,5 or 1 234,5")),
)
_SEPARATORS = (
    ("semicolon", gettext_lazy("semicolons")),
    ("comma", gettext_lazy("commas")),
    ("tab", gettext_lazy("tabs")),
    ("bar", gettext_lazy("vertical bars")),
)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of the table with its field: what stands in it, whether that is a suggestion, what is wrong."""

    name: TableName
    field: str
    value: str
    is_suggested: bool
    fault: str
    examples: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the preview with what it is."""

    number: int
    letter: str
    role: ColumnRole
    only: Sequence[str]
    texts: list[str]  # that a filter can be set to
    is_label: bool
    is_below: bool  # a text of it is that of the empty rows below it, too


@require_http_methods(["GET", "HEAD", "POST"])
def table_mapping(request: ActorRequest, pk: int) -> HttpResponse:
    """What a table of one's own holds: how its file is read, header rows, columns, names; a kept mapping is offered."""
    rule = "report_upload.map" if request.method == "POST" else ""
    upload = _upload(request, pk, rule)
    if not upload.table_rows or upload.state not in (UploadState.MAPPING, UploadState.READY):
        return redirect("workspace:report-upload", pk)
    targets = TableTargets(working_copy(upload.report).frame)
    guess = _guess(request, upload, targets)
    mapping = _offered_mapping(request, upload, guess)
    before = _plan_to_begin_with(request, upload, targets, guess, mapping)
    if request.method == "GET" or request.method == "HEAD":
        return _page(request, upload, targets, PostedPlan(before), mapping)
    refuse_unlisted_fields(request.POST, {name for name in request.POST if is_plan_field(name)})
    posted = read_plan(request.POST, upload.table_rows, targets, before)
    act, seen = request.POST.get("act"), request.POST.get("reading", "")
    try:
        refuse_changed_table(upload, seen)
        if act == "reread":
            return _reread(request, upload, targets, posted, before)
        if act == "apply" and not posted.faults:
            map_table(request.actor, upload, posted.plan, seen)
            return redirect("workspace:report-upload", pk)
        if act == "rest" and "headers" not in posted.faults:
            posted = leave_out_rest(posted, upload.table_rows, targets)
    except TableChanged as refusal:
        return _page_after_reading(request, pk, targets, posted, before, str(refusal))
    except DomainError as refusal:
        if refusal.status != 422:
            raise
        posted.faults["source" if act == "reread" else "names"] = str(refusal)
    return _page(request, upload, targets, posted, mapping)


def _upload(request: ActorRequest, pk: int, rule: str = "") -> ReportUpload:
    upload: ReportUpload = get_visible_or_404(
        uploads_with_reports(request.actor), request.actor, rule=rule, pk=pk
    )
    return upload


def _guess(request: ActorRequest, upload: ReportUpload, targets: TableTargets) -> TablePlan:
    """What the table looks like; of several in the file that of a row that was posted or asked for (`?from=`), else the
    one that was mapped, else the next of those that nobody has saved yet.
    """
    row = _number(request.POST.get("first_row", "")) or _number(request.GET.get("from", ""))
    if not row and "plan" in upload.table:
        row = TablePlan.from_json(upload.table["plan"]).first_row
    if not row and (following := next_table(upload)):
        row = following.first
    return guess_plan(upload.table_rows, upload.table_facts, row, targets.report_words)


def _plan_to_begin_with(
    request: ActorRequest,
    upload: ReportUpload,
    targets: TableTargets,
    guess: TablePlan,
    mapping: TableMapping | None,
) -> TablePlan:
    """What was last applied to this table, the kept mapping, or a guess, with what was last said of its names.

    A mapping that is asked for (`?like=`) goes first.
    """
    rows, is_asked_for, plan = upload.table_rows, "like" in request.GET, guess
    applied = TablePlan.from_json(upload.table["plan"]) if "plan" in upload.table else None
    if applied and applied.block == guess.block and applied.fits(rows) and not is_asked_for:
        return replace(applied, facts=guess.facts)
    if mapping:
        plan = reuse_plan(TablePlan.from_json(mapping.plan), guess, rows, targets.report_words)
    own = upload.table_names(plan.block_key)
    return replace(plan, names={**own, **plan.names} if is_asked_for else {**plan.names, **own})


def _reread(
    request: ActorRequest, upload: ReportUpload, targets: TableTargets, posted: PostedPlan, before: TablePlan
) -> HttpResponse:
    """Read the file as the page says, and show it with all of the mapping that still fits."""
    seen, source = request.POST.get("reading", ""), read_table_source(request.POST)
    reread_table(request.actor, upload, seen, source, posted.plan.names, posted.plan.block_key)
    return _page_after_reading(request, upload.pk, targets, posted, before)


def _page_after_reading(
    request: ActorRequest,
    pk: int,
    targets: TableTargets,
    posted: PostedPlan,
    before: TablePlan,
    refusal: str = "",
) -> HttpResponse:
    """The page of a file that is read another way now: columns that were chosen stay where there are as many."""
    upload = _upload(request, pk)
    guess = _guess(request, upload, targets)
    mapping = _offered_mapping(request, upload, guess)
    plan = _plan_to_begin_with(request, upload, targets, guess, mapping)
    if not refusal and posted.plan.layout != before.layout and posted.plan.fits(upload.table_rows):
        plan = replace(posted.plan, names=plan.names, facts=plan.facts, block=plan.block)
    faults = {"source": refusal} if refusal else {}
    names = {name_field(name, plan.block_key) for name in plan.all_names(upload.table_rows)}
    faults |= {name: fault for name, fault in posted.faults.items() if name in names}
    page = _page(request, upload, targets, PostedPlan(plan, posted.typed, faults), mapping)
    page.status_code = 409 if refusal else page.status_code
    return page


def _offered_mapping(request: ActorRequest, upload: ReportUpload, guess: TablePlan) -> TableMapping | None:
    """The mapping of `?like=`, if it fits; else that of a table of the same make, or the nearest."""
    like = _number(request.GET.get("like", ""))
    if like:
        mapping = table_mappings(request.actor, upload.report.charter.key).filter(pk=like).first()
        if mapping is not None and TablePlan.from_json(mapping.plan).fits(upload.table_rows):
            return mapping
    return mapping_for(request.actor, upload, guess)


def _page(
    request: ActorRequest,
    upload: ReportUpload,
    targets: TableTargets,
    posted: PostedPlan,
    mapping: TableMapping | None,
) -> HttpResponse:
    rows, plan = upload.table_rows, posted.plan
    names = plan.all_names(rows) if plan.fits(rows) else []
    if len(names) > MAX_NAMES:
        message = _(
            "There are more than %(most)d different names. A column with free texts is no column of names."
        )
        posted.faults["names"] = message % {"most": MAX_NAMES}
        names = []
    preview = _preview(rows, plan)
    context: dict[str, Any] = {
        **report_context(request, working_copy(upload.report)),
        "upload": upload,
        "plan": plan,
        "columns": _columns(rows, plan),
        "preview": preview,
        "more_rows": max((plan.last_row or len(rows)) - preview[-1][0], 0),
        "names": _name_rows(rows, targets, posted, names),
        "options": targets.options,
        "roles": [(str(role), label) for role, label in _ROLES],
        "styles": [(str(style), label) for style, label in _STYLES],
        "header_counts": range(MAX_HEADERS + 1),
        "services": targets.frame.services if len(targets.frame.services) > 1 else (),
        "faults": posted.faults,
        "encodings": list(ENCODINGS.items()) if upload.table.get("decoded_from") else (),
        "separators": _SEPARATORS,
        "separator": separator_name(upload.table.get("source", {}).get("separator", "")),
        "source": upload.table.get("source", {}),
        "blocks": _other_blocks(upload, plan),
        "left_out": plan.rows_left_out(rows) if names else 0,
        "has_hidden": upload.table_facts.has_hidden,
        "mapping": mapping,
        "may_map": REPORT_UPLOAD.is_available(request.actor, upload, "map"),
        "others": [
            each
            for each in table_mappings(request.actor, upload.report.charter.key)[:20]
            if mapping is None or each.pk != mapping.pk
        ],
    }
    status = 422 if posted.faults else 200
    return render(request, "alliance/workspace/table_mapping.html", context, status=status)


def _other_blocks(upload: ReportUpload, plan: TablePlan) -> list[tuple[TableBlock, bool]]:
    """The tables of the file that the plan does not read, the first of them, and whether each is saved already."""
    rows = upload.table_rows
    last = plan.last_row or len(rows)
    blocks = table_blocks(rows) if plan.first_row > 1 or last < len(rows) else []
    others = [block for block in blocks if block.last < plan.first_row or block.first > last]
    left = {block.first for block in tables_left(upload)}
    return [(block, block.first not in left) for block in others[:_MOST_BLOCKS]]


def _columns(rows: Rows, plan: TablePlan) -> list[ColumnChoice]:
    body = rows[plan.first_row - 1 + plan.headers : plan.last_row or None]
    choices = []
    for number, role in enumerate(plan.roles):
        texts = list(dict.fromkeys(row[number] for row in reversed(body) if row[number]))[:MOST_TEXTS]
        only = plan.only.get(number, ())
        texts += [text for text in only if text not in texts]
        choices.append(
            ColumnChoice(number, column_name(number), role, only, texts, role in LABELS, number in plan.below)
        )
    return choices


def _preview(rows: Rows, plan: TablePlan) -> list[tuple[int, str, Sequence[str]]]:
    """The first rows of the table with their numbers, and whether each is above, a header or below."""
    first, end = plan.first_row, plan.first_row + plan.headers
    start = max(first - _ROWS_ABOVE, 0) if first > _SHOWN_ROWS // 2 else 0
    return [
        (number, "above" if number < first else "header" if number < end else "value", row)
        for number, row in enumerate(rows[start : start + _SHOWN_ROWS], start + 1)
    ]


def _name_rows(
    rows: Rows, targets: TableTargets, posted: PostedPlan, names: list[TableName]
) -> list[NameRow]:
    examples: dict[str, list[str]] = {name.key: [] for name in names}
    for cell in posted.plan.cells(rows):
        for name in cell.names:
            known = examples.get(name.key)
            if known is not None and len(known) < _EXAMPLES:
                known.append(cell.text)
    result = []
    for name in names:
        key = name_field(name, posted.plan.block_key)
        chosen = posted.plan.names.get(name.key)
        suggested = targets.suggest(name, names) if chosen is None and key not in posted.typed else ""
        value = posted.typed.get(key, targets.word(chosen or suggested))
        result.append(
            NameRow(
                name, key, value, bool(suggested), posted.faults.get(key, ""), ", ".join(examples[name.key])
            )
        )
    return result


def table_mapping_delete(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a kept mapping of tables is forgotten. `?file=` is the file from which one came, and comes back."""
    mapping: TableMapping = get_visible_or_404(TableMapping.objects, request.actor, pk=pk)
    upload = _file_to_return_to(request)
    url = reverse("workspace:table-mapping", args=[upload.pk]) if upload else reverse("workspace:report-list")
    page = Confirmation(
        rule="table_mapping.delete",
        subject=mapping,
        heading=_("Forget the mapping of “%(name)s”?") % {"name": mapping.name},
        title=_("What will happen"),
        items=[
            _("The next file of this make begins with suggestions again."),
            _("What was saved from such files stays in the report."),
        ],
        label=_("Forget it"),
        cancel_url=url,
        message=_("The mapping is forgotten."),
        next_url=url,
        kind="danger",
        parent_title=upload.name if upload else _("Reports"),
    )
    return confirm(request, page, lambda: delete_table_mapping(request.actor, mapping))


def _file_to_return_to(request: ActorRequest) -> ReportUpload | None:
    number = _number(request.GET.get("file", ""))
    upload: ReportUpload | None = (
        ReportUpload.objects.visible_to(request.actor).filter(pk=number).only("name").first()
        if number
        else None
    )
    return upload


def _number(text: str) -> int:
    """A number of an address; 0 for what is none."""
    return whole_number(text) or 0
