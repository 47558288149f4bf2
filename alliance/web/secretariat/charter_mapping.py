"""The mapping of a draft, edited in its place beside the two versions."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.models import Charter
from alliance.queries.charter_problems import mapping_refusal
from alliance.queries.charter_text import charter_text, in_reader_language
from alliance.queries.charter_versions import ComparedItem, VersionComparison, compare_with_earlier
from alliance.services.charter_mapping import edit_mapping
from alliance.web.area import posted_data
from alliance.web.forms.charters import MappedKey, MappingForm
from alliance.web.objects import get_charter
from alliance.web.secretariat.charter_difference import MappingConflict, render_difference
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, refusals_on


def charter_mapping(request: ActorRequest, key: str, version: int, item: str) -> HttpResponse:
    """What became of a commitment or measure of the version before, and of its indicators; 404 for an unknown one."""
    charter = get_charter(request.actor, key, version, rule="charter.edit_mapping")
    comparison = compare_with_earlier(request.actor, charter)
    compared = _compared(comparison, item)
    if comparison is None or compared is None:
        raise Http404
    if request.method != "POST" and (why := mapping_refusal(charter)):
        messages.warning(request, why)
        return redirect("secretariat:charter-difference", key, version)
    form = _form(charter, comparison, compared, posted_data(request))
    if form.is_valid():
        try:
            with refusals_on(form):
                _save(request, charter, form)
        except _OutdatedError as outdated:
            return _conflict_page(request, charter, item, str(outdated))
        if form.is_valid():
            messages.success(request, _("Mapping saved"))
            return redirect("secretariat:charter-difference", key, version)
    return render_difference(request, charter, comparison, edited=compared, form=form)


class _OutdatedError(Exception):
    """The draft was changed since the form was opened; says who did it, and when."""


def _save(request: ActorRequest, charter: Charter, form: MappingForm) -> None:
    try:
        edit_mapping(request.actor, charter, form.drafts(), edited_at=form.cleaned_data["edited_at"])
    except Conflict as conflict:
        raise _OutdatedError(str(conflict)) from conflict


def _form(
    charter: Charter, comparison: VersionComparison, compared: ComparedItem, data: QueryDict | None
) -> MappingForm:
    return MappingForm(
        data,
        keys=_mapped_keys(comparison, compared),
        stored=charter_text(charter).mapping,
        initial={"edited_at": charter.edited_at.isoformat()},
    )


def _conflict_page(request: ActorRequest, charter: Charter, item: str, cause: str) -> HttpResponse:
    """What is stored by now beside what was sent, which is in the fields: saved again, it replaces the stored one.

    `cause` is the sentence of the conflict.
    """
    charter.refresh_from_db()
    comparison = compare_with_earlier(request.actor, charter)
    compared = _compared(comparison, item)
    if comparison is None or compared is None:
        raise Http404
    data = request.POST.copy()
    data["edited_at"] = charter.edited_at.isoformat()
    form = _form(charter, comparison, compared, data)
    return render_difference(
        request,
        charter,
        comparison,
        edited=compared,
        form=form,
        conflict=MappingConflict(cause, form.stored_words()),
    )


def _compared(comparison: VersionComparison | None, key: str) -> ComparedItem | None:
    """The difference in which the key of the version before stands."""
    if comparison is None:
        return None
    rows = (row for row in comparison.items if key in {item.key for item in row.difference.earlier})
    return next(rows, None)


def _mapped_keys(comparison: VersionComparison, compared: ComparedItem) -> list[MappedKey]:
    """The items of the change, each followed by its indicators, with what each may become."""
    later = comparison.difference.later
    measures = [(row.key, f"{row.code} {in_reader_language(row.title)}") for row in later.measures()]
    commitments = [(row.key, f"{row.code} {in_reader_language(row.title)}") for row in later.commitments()]
    indicators = [(row.key, f"{row.code} {in_reader_language(row.title)}") for row in later.indicators()]
    keys = []
    for item in compared.difference.earlier:
        choices = measures if item.is_measure else commitments
        label = f"{item.code} {in_reader_language(item.title)}"
        keys.append(_mapped_key(comparison, item.key, item.code, label, choices, is_figure=False))
        for row in item.indicators:
            label = f"{row.code} {in_reader_language(row.title)}"
            keys.append(
                _mapped_key(comparison, row.key, row.code, label, indicators, is_figure=bool(row.value))
            )
    return keys


def _mapped_key(
    comparison: VersionComparison,
    key: str,
    code: str,
    label: str,
    choices: Sequence[tuple[str, str]],
    *,
    is_figure: bool,
) -> MappedKey:
    later_keys = sorted(comparison.difference.mapping.later_keys(key))
    return MappedKey(key, code, label, choices, is_figure, later_keys)
