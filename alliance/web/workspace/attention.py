"""The page of what needs a person's eyes in a report, each row with what can be done there at once."""

from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from alliance.queries.attention_items import AttentionKind
from alliance.queries.working_copy import working_copy
from alliance.services.carry_over import CarriedOverAnew
from alliance.services.measure_comments import may_write_comments
from alliance.web.pages_by_length import PagesByLength
from alliance.web.workspace.attention_rows import AttentionRow, AttentionRows
from alliance.web.workspace.reports import get_report, report_context
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.web import ActorRequest

# On a page: rows; characters of what is carried over, asked and noted in them, beside what every row has.
_ROWS, _CHARACTERS = 30, 20_000
_KINDS = {
    AttentionKind.ERROR: gettext_lazy("Errors"),
    AttentionKind.WARNING: gettext_lazy("Warnings without a note"),
    AttentionKind.CARRIED_OVER: gettext_lazy("Carried over, not confirmed"),
    AttentionKind.CHANGES: gettext_lazy("Changes asked for"),
    AttentionKind.QUESTION: gettext_lazy("Open questions"),
    AttentionKind.ASKED: gettext_lazy("Colleagues wait for your answer"),
    AttentionKind.UNREAD: gettext_lazy("For a second reader"),
    AttentionKind.CHARTER: gettext_lazy("New in the charter"),
    AttentionKind.EMPTY: gettext_lazy("Empty"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def report_check(request: ActorRequest, pk: int) -> HttpResponse:
    """List of what needs a person's eyes before sign-off; texts, values, notes and confirmations are given in place.

    So are answers to questions and to colleagues, which have forms of their own. That a measure was read is said where
    it can be read.
    """
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    copy = working_copy(report)
    if request.method != "POST":
        return _page(request, AttentionRows(request.actor, copy))
    rows = AttentionRows(request.actor, copy, request.POST)
    rows.refuse_unlisted_fields()
    left = rows.save_posted()
    note, is_note_refused, is_anew = request.POST.get("note_for_chosen", ""), False, False
    if request.POST.get("act") == "note":
        is_note_refused = not _write_note(request, AttentionRows(request.actor, working_copy(report)), note)
        note = note if is_note_refused else ""
    else:
        is_anew = not _act(request, rows)
    if left or is_note_refused or is_anew:
        fresh = AttentionRows(request.actor, working_copy(report))
        status = 409 if is_anew else 422
        return _page(request, fresh, left, note, status=status)
    query = request.GET.copy()
    query.pop("all", None)  # what comes up next was chosen by nobody
    return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def _write_note(request: ActorRequest, rows: AttentionRows, note: str) -> bool:
    """Write the one note for the chosen rows with a warning, and say so, or why not; returns whether it is written."""
    try:
        n = rows.note(_chosen(request), note)
    except DomainError as refusal:
        if not (refusal.field or isinstance(refusal, Conflict)):
            raise
        messages.error(request, str(refusal))
        return False
    words = ngettext("Note written to %(n)d figure", "Note written to %(n)d figures", n)
    messages.success(request, words % {"n": n})
    return True


def _chosen(request: ActorRequest) -> list[str]:
    """The names of the chosen rows; those of the other pages come in one field."""
    return [name for value in request.POST.getlist("chosen") for name in value.split()]


def _act(request: ActorRequest, rows: AttentionRows) -> bool:
    """Confirm, and say what was done; returns whether it could be, for other words may be carried over by now."""
    data, names = request.POST, request.POST.getlist("confirm")
    if data.get("act") == "still-true":
        names = _chosen(request)
    if names or data.get("act") == "still-true":
        try:
            n = rows.confirm(names)
        except CarriedOverAnew as refusal:
            messages.error(request, str(refusal))
            return False
        words = ngettext("%(n)d answer is still true.", "%(n)d answers are still true.", n)
        if n:
            messages.success(request, words % {"n": n})
        elif not rows.saved.isdisjoint(names):
            messages.success(request, _("Saved"))
        elif rows.unsaved.isdisjoint(names):
            messages.error(request, _("Choose rows that were carried over."))
    else:
        messages.success(request, _("Saved"))
    return True


def _page(
    request: ActorRequest,
    rows: AttentionRows,
    left: Sequence[AttentionRow] = (),
    typed_note: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    """The rows of the chosen kind; before them those that could not be saved, as they were typed.

    `typed_note`: the one for the chosen warnings that is not written yet.
    """
    kind, unsaved = request.GET.get("kind", ""), {row.name: row for row in left}
    context = report_context(request, rows.copy)
    own_measures: Collection[int] = context["own_measures"]  # type: ignore[assignment]  # of a page's context
    is_mine = "mine" in request.GET
    others = [
        row
        for row in rows.rows(kind)
        if row.name not in unsaved and (not is_mine or row.measure_id in own_measures)
    ]
    pages = PagesByLength(others, _ROWS, _CHARACTERS, lambda row: row.text_length)
    page = pages.get_page(request.GET.get("page"))
    if context["editable"]:
        rows.with_forms(page.object_list)
    chosen = set(_chosen(request))
    for row in page.object_list:
        row.is_chosen = "all" in request.GET or row.name in chosen
    shown = {row.name for row in page.object_list}
    elsewhere = [row.name for row in others if row.can_be_chosen and row.name not in shown]
    counts = rows.attention.counts
    context |= {
        "attention": rows.attention,
        "kind": kind if kind in counts else "",
        "kinds": [(each.value, title, counts[each.value]) for each, title in _KINDS.items() if counts[each]],
        "page": page,
        "talks": [row for row in page.object_list if row.is_talk],
        "listed": [row for row in page.object_list if not row.is_talk],
        "may_write": may_write_comments(request.actor, rows.copy.frame.report),
        "is_mine": is_mine,
        "mine_count": sum(row.measure_id in own_measures for row in rows.rows(kind)),
        "unsaved_rows": list(unsaved.values()),
        "typed_note": typed_note,
        "can_choose": context["editable"] and any(row.can_be_chosen for row in page.object_list),
        "elsewhere": elsewhere,
        "with_elsewhere": request.GET.get("all") == "filter" or not chosen.isdisjoint(elsewhere),
        "choosable_count": sum(row.can_be_chosen for row in others),
        "chosen_kinds": {name for row in page.object_list if row.can_be_chosen for name in row.kinds},
    }
    status = 409 if any(row.conflict for row in unsaved.values()) else status
    return render(request, "alliance/workspace/report_check.html", context, status=status)
