"""The secretariat's pages of supporters: the list, one of them, its steps, the charter that is open to them."""

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import CharterState
from alliance.models import Charter, Supporter
from alliance.queries.site import load_site
from alliance.queries.supporters import (
    MergedContacts,
    merged_contacts,
    supporter_portions,
    supporters_charter,
)
from alliance.queries.supporters import supporter_list as supporters_of
from alliance.services import supporters as services
from alliance.services.site import choose_supporters_charter
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.reasons import EmptyForm, ReasonForm
from alliance.web.forms.supporters import SupporterEditForm, SupporterFilterForm, SupportersCharterForm
from alliance.web.public.responses import safe_cell
from alliance.web.secretariat.settings import rebase_form
from alliance.workflows import SUPPORTER
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.text import format_date
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    paginate,
    permissions,
    posts,
    redirect_refused,
    refusals_on,
    requires,
)

_NAV = "secretariat:member-list"


@require_safe
def supporter_list(request: ActorRequest) -> HttpResponse:
    """List of supporters with their state, e-mail and likely twins; filters and order."""
    form = SupporterFilterForm(request.GET)
    filters = form.filters()
    context = {
        "nav": _NAV,
        "form": form,
        "sort": filters.sort,
        "page": paginate(supporters_of(request.actor, filters), request),
        "charter": supporters_charter(),
        "query": request.GET.urlencode(),
        **permissions(
            request.actor,
            may_choose="site.change",
            may_export="supporter.export",
            may_import="supporter.import",
        ),
    }
    return render(request, "alliance/secretariat/supporter_list.html", context)


@require_safe
def supporter(request: ActorRequest, pk: int) -> HttpResponse:
    """One supporter: its entry, who signed, an entry that may be of the same body, and the possible steps."""
    entry = _supporter(request.actor, pk)
    shown = ("hide", "show", "end")
    context = {
        "nav": _NAV,
        "supporter": entry,
        "twin": entry.twin_in_question,
        "steps": [each for each in SUPPORTER.available(request.actor, entry) if each.step.action in shown],
        "may_correct": SUPPORTER.is_available(request.actor, entry, "correct"),
        "may_merge": SUPPORTER.is_available(request.actor, entry, "merge"),
    }
    return render(request, "alliance/secretariat/supporter.html", context)


_Act = Callable[[Actor, Supporter, str], Supporter]
_STEPS: dict[str, _Act] = {
    "hide": services.hide_supporter,
    "show": lambda actor, entry, reason: services.show_supporter(actor, entry),
    "end": services.end_supporter,
}


def supporter_step(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before an entry is hidden, shown again or ended: who sees what, who is notified."""
    if action not in _STEPS:
        raise Http404
    entry = _supporter(request.actor, pk)
    page = Confirmation(
        rule=SUPPORTER.rule(action),
        subject=entry,
        heading=f"{SUPPORTER.steps[action].label}: {entry.name}",
        title=_("What will happen"),
        items=_consequences(entry, action),
        label=str(SUPPORTER.steps[action].label),
        cancel_url=reverse("secretariat:supporter", args=[pk]),
        message=_message(action),
        next_url=reverse("secretariat:supporter", args=[pk]),
        nav=_NAV,
        kind="primary" if action == "show" else "danger",
        parent_title=entry.name,
    )

    def act(reason: str = "") -> None:
        _STEPS[action](request.actor, entry, reason)

    return confirm(request, page, act, EmptyForm if action == "show" else ReasonForm)


def _message(action: str) -> str:
    return {
        "show": _("The entry is public again."),
        "hide": _("The entry is hidden."),
        "end": _("The entry has ended."),
    }[action]


def _consequences(entry: Supporter, action: str) -> list[str]:
    has_contact = entry.has_contact
    nobody = _("Nobody is notified: the entry has no e-mail.")
    if action == "show":
        notified = _("The supporter is notified by e-mail.") if has_contact else nobody
        return [_("The entry appears in the public directory at once."), notified]
    items = [
        _("The entry leaves the public directory at once; the reason is not public."),
        _("The supporter is notified by e-mail, with the reason.") if has_contact else nobody,
    ]
    if action == "hide":
        return [*items, _("You can show it again.")]
    if not has_contact:
        return [*items, _("This cannot be undone.")]
    return [*items, _("This cannot be undone; its e-mail and signatory are deleted after 30 days.")]


def supporter_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to correct what the directory says of a supporter."""
    entry = _supporter(request.actor, pk, "correct")
    facts = asdict(services.SupporterFacts.of(entry))
    form = SupporterEditForm(posted_data(request), initial=facts, record_values=facts)
    if form.is_valid():
        with form.refusals():
            services.correct_supporter(request.actor, entry, form.facts(), seen=form.cleaned_data["seen"])
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("secretariat:supporter", pk)
    context = {"nav": _NAV, "form": form, "supporter": entry}
    return render(request, "alliance/secretariat/supporter_correct.html", context, status=form.status)


def supporter_merge(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an entry is merged with the one that may be of the same body."""
    entry = _supporter(request.actor, pk, "merge")
    if entry.likely_twin is None:
        url = reverse("secretariat:supporter", args=[pk])
        return redirect_refused(request, url, services.decided_already(request.actor, entry))
    twin = entry.likely_twin
    ending, staying = _distinct_names(entry, twin)
    page = Confirmation(
        rule="supporter.merge",
        subject=entry,
        heading=_("Merge two entries"),
        title=_("What will happen"),
        items=[
            _("“%(name)s” ends and leaves the public directory.") % {"name": ending},
            _("“%(name)s” stays, with the earlier of both dates.") % {"name": staying},
            *_contact_items(merged_contacts(request.actor, entry, twin)),
            _("Nobody is sent an e-mail."),
            _("This is undone only if the import that brought “%(name)s” is taken back.") % {"name": staying}
            if twin.import_number
            else _("This cannot be undone."),
        ],
        label=_("Merge"),
        cancel_url=reverse("secretariat:supporter", args=[pk]),
        message=_("The two entries are one now."),
        next_url=reverse("secretariat:supporter", args=[twin.pk]),
        nav=_NAV,
        kind="danger",
        refusal=services.merging_refusal(entry, twin),
        parent_title=entry.name,
    )
    view = PageView("alliance/secretariat/supporter_merge.html", lambda: {"supporter": entry, "twin": twin})
    return confirm(request, page, lambda: services.merge_supporter(request.actor, entry), view=view)


def _distinct_names(entry: Supporter, twin: Supporter) -> tuple[str, str]:
    """The names of two entries; where they are the same, each with the first of its facts that the other has not."""
    if entry.name != twin.name:
        return entry.name, twin.name
    pairs = zip(_distinctions(entry), _distinctions(twin), strict=True)
    own_fact, twin_fact = next(pair for pair in pairs if all(pair) and len(set(pair)) > 1)
    return f"{entry.name} ({own_fact})", f"{twin.name} ({twin_fact})"


def _distinctions(entry: Supporter) -> Sequence[str]:
    return (
        entry.contact.email.lower() if entry.has_contact else "",
        ", ".join(filter(None, (entry.region, entry.town))),
        format_date(entry.acceded_on),
        _("No. %(number)s") % {"number": entry.pk},
    )


def _contact_items(contacts: MergedContacts) -> list[str]:
    """Whose address has the links after a merger, and what becomes of the other one."""
    moved = contacts.moved
    contact, other = (moved, contacts.present) if moved else (contacts.present, contacts.earlier)
    if contact is None:
        return [_("Neither entry has an e-mail any more: nobody can change it by a link.")]
    if other is None or other.email.lower() == contact.email.lower():
        return [_("Links to change the entry go to %(email)s.") % {"email": contact.email}]
    if moved:
        text = _(
            "Links to change the entry go to %(email)s, the address that was confirmed; %(other)s is deleted."
        )
        return [text % {"email": contact.email, "other": other.email}]
    return [
        _("Links to change the entry go to %(email)s.") % {"email": contact.email},
        _("%(email)s gets none any more, and is deleted after 30 days.") % {"email": other.email},
    ]


@posts()
def supporter_keep_apart(request: ActorRequest, pk: int) -> HttpResponse:
    """Record that an entry and the one like it are two organisations."""
    entry = _supporter(request.actor, pk)
    services.keep_apart(request.actor, entry)
    messages.success(request, _("They are two organisations."))
    return redirect("secretariat:supporter", pk)


@requires("site.change")
def supporters_charter_choose(request: ActorRequest) -> HttpResponse:
    """Form to choose the charter that supporters accede to by the public form, or to close that form."""
    site = load_site()
    rows = Charter.objects.visible_to(request.actor).filter(state=CharterState.IN_FORCE).order_by("key")
    form = SupportersCharterForm(
        posted_data(request),
        charters=[
            (charter.key, charter.title) for charter in rows.only("key", "title", "title_en", "title_ru")
        ],
        initial={"key": site.supporters_charter, "expected_version": site.version},
    )
    status = 422 if form.is_bound else 200
    chosen = dict(form.fields["key"].choices).get(site.supporters_charter, "–")  # type: ignore[attr-defined]  # a choice
    if form.is_valid():
        with refusals_on(form):
            try:
                choose_supporters_charter(request.actor, **form.cleaned_data)
            except Conflict:
                status = 409
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:supporter-list")
    if status == 409:
        form.add_error(None, _("Chosen now: %(charter)s. Saving again replaces it.") % {"charter": chosen})
        rebase_form(form, site.version)
    return render(
        request, "alliance/secretariat/supporters_charter.html", {"nav": _NAV, "form": form}, status=status
    )


@requires("supporter.export")
@require_safe
def supporter_export(request: ActorRequest) -> StreamingHttpResponse:
    """Table of the supporters in the list, as CSV, with e-mail and signatory; the download is journalled."""
    filters = SupporterFilterForm(request.GET).filters()
    # which they are is read before the answer begins; the stream outlives this transaction
    numbers = list(supporters_of(request.actor, filters).values_list("pk", flat=True))
    services.record_supporter_export(request.actor, len(numbers))
    portions = supporter_portions(request.actor, numbers, list(_EXPORTED.values()))
    response = StreamingHttpResponse(_lines(portions), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="supporters.csv"'
    return response


_EXPORTED = {
    "name": "name", "kind": "kind", "region": "region", "town": "town", "website": "website",
    "acceded on": "acceded_on", "state": "state", "reason": "state_reason", "e-mail": "contact__email",
    "signatory": "contact__signatory_name", "office": "contact__signatory_office", "ended on": "ended_on",
}  # fmt: skip


def _lines(portions: Iterable[Sequence[tuple[object, ...]]]) -> Iterator[bytes]:
    yield "\ufeff".encode()
    for rows in itertools.chain([[tuple(_EXPORTED)]], portions):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(
            [safe_cell("" if cell is None else str(cell)) for cell in row] for row in rows
        )
        yield buffer.getvalue().encode()


def _supporter(actor: Actor, pk: int, act: str = "") -> Supporter:
    """The supporter; with the name of an act, if the actor may do it."""
    related = ("contact", "charter", "likely_twin__contact", "merged_into")
    rule = SUPPORTER.rule(act) if act else ""
    entry: Supporter = get_visible_or_404(Supporter.objects.select_related(*related), actor, rule=rule, pk=pk)
    return entry
