"""Corrections of published reports: what can be corrected, what a new value would break, who has to act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from alliance.enums import (
    OPEN_CORRECTION_STATES,
    CorrectionState,
    CorrectionSubject,
    ReportState,
)
from alliance.figure_fields import FigureValues
from alliance.models import (
    Correction,
    CorrectionItem,
    CorrectionNote,
    Cycle,
    Organisation,
    Report,
)
from alliance.queries.last_steps import last_entry_sentence
from alliance.queries.list_order import by_column, place_among
from alliance.queries.local_dates import day_of, today
from alliance.queries.organisations import known_by
from alliance.queries.published_states import (
    PublishedState,
    is_public,
)
from alliance.queries.report_frame import rules_of
from alliance.validators.corrections import Changes, CorrectionPlace
from alliance.validators.figures import Finding, errors_between, errors_of
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import LANGUAGES, whole_number

_OPEN = Q(state__in=OPEN_CORRECTION_STATES)
# a second look at the verdicts; while the report is withdrawn there is no day until which it is waited for
CHECK_WAITING = ~Q(verdicts_to_check=[]) & Q(check_verdicts_by__isnull=False)
# what waits for somebody: to be answered or decided, or for a second look at the verdicts
WAITING = _OPEN | CHECK_WAITING
# days before the last one to answer, or to look at verdicts again, on which those who have to are reminded
BEFORE_DUE = (7, 1)


def correctable_report(actor: Actor, organisation_id: int) -> Report | None:
    """The latest public report of a member, through which its pledges are corrected; None where the actor may not.

    A few queries.
    """
    report = latest_public_report(actor, organisation_id)
    return report if report is not None and may_correct(actor, report) else None


def may_correct(actor: Actor, report: Report) -> bool:
    return can(actor, "correction.draft", report)


def latest_public_report(actor: Actor, organisation_id: int) -> Report | None:
    """The latest public report of a member; None of one that has none yet, or none any more. A few queries."""
    rows = Report.objects.visible_to(actor).filter(organisation=organisation_id, state=ReportState.PUBLISHED)
    rows = rows.select_related("organisation", "cycle").order_by("-cycle__ends_on", "-pk")
    return next((row for row in rows[:3] if is_public(row)), None)


# --- What a new value would break ------------------------------------------------------------


def new_errors(state: PublishedState, changes: Changes) -> list[Finding]:
    """The errors that the new figures bring: those that the report has already are not this correction's."""
    places = {place.figure: place for place in changes if place.subject == CorrectionSubject.FIGURE}
    if not places:
        return []
    rules = {key: rules_of(row, state.report.cycle) for key, row in state.indicators.items()}
    before = {figure.place: figure.values for figure in state.figures if figure.place.indicator in rules}
    after = before | {
        figure: FigureValues.from_document({**state.values[place], **changes[place]})
        for figure, place in places.items()
        if figure in before
    }
    alone = [
        finding
        for place in places
        if place in after
        for finding in errors_of(rules[place.indicator], place, after[place])
    ]
    known = {(finding.place, str(finding)) for finding in errors_between(rules, before)}
    between = [each for each in errors_between(rules, after) if (each.place, str(each)) not in known]
    return [*alone, *between]


# --- What is open ----------------------------------------------------------------------------


def open_corrections_of(
    report: Report, places: Iterable[CorrectionPlace], *, but: int | None = None
) -> list[CorrectionItem]:
    """The open corrections of any of these values, except one; whoever writes them."""
    wanted = set(places)
    items = CorrectionItem.objects.filter(
        correction__report=report, correction__state__in=OPEN_CORRECTION_STATES
    )
    others = (item for item in items.select_related("correction") if item.correction_id != but)
    return [item for item in others if item.place in wanted]


def corrections(actor: Actor) -> QuerySet[Correction]:
    """All corrections that the actor sees, the latest first, with what a list shows of them."""
    rows = Correction.objects.visible_to(actor)
    return rows.select_related("report__cycle", "report__organisation", "proposed_by", "written_by")


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """A view of the list as its address says it.

    `q` stands in the reason or in a name of the member, or is the correction's number; `state` is a state, `open` (what
    waits for somebody) or `verdicts` (a second look at them alone).
    """

    q: str = ""
    state: str = ""
    member: str = ""
    cycle: str = ""
    side: str = ""
    sort: str = ""  # with a minus: the other way round; empty: the latest first


def _sort_columns() -> dict[str, Any]:
    return {
        "number": F("pk"),
        "member": ByAlphabet("organisation__name"),
        "state": place_among("state", CorrectionState),
        # as the list shows it: `Correction.due_on`, else the day that was set for the answer
        "due": Coalesce(Case(When(~Q(verdicts_to_check=[]), then=F("check_verdicts_by"))), F("respond_by")),
    }


def listed_corrections(actor: Actor, filters: CorrectionFilter = CorrectionFilter()) -> QuerySet[Correction]:
    """The same without who wrote them, each with `item_count`, how many values it is about. One query."""
    items = CorrectionItem.objects.filter(correction=OuterRef("pk")).order_by().values("correction")
    count = Subquery(items.annotate(count=Count("pk")).values("count"))
    rows: QuerySet[Correction] = Correction.objects.visible_to(actor)
    rows = rows.select_related("report__cycle", "report__organisation")
    if filters.state:
        named = {"open": WAITING, "verdicts": CHECK_WAITING}
        rows = rows.filter(named.get(filters.state) or Q(state=filters.state))
    for column, value in (
        ("organisation__slug", filters.member), ("report__cycle__slug", filters.cycle), ("side", filters.side),
    ):  # fmt: skip
        if value:
            rows = rows.filter(**{column: value})
    if filters.q:
        rows = rows.filter(_with_words(filters.q))
    if filters.sort:
        rows = rows.order_by(by_column(_sort_columns(), filters.sort), "-pk")
    return rows.annotate(item_count=Coalesce(count, 0))


def _with_words(text: str) -> Q:
    """In the reason in whichever language, in a name of the member; or the number."""
    condition = Q(organisation__in=known_by(text))
    for language in LANGUAGES:
        condition |= Q(**{f"reason__{language}__icontains": text})
    number = whole_number(text)
    return condition if number is None else condition | Q(pk=number)


def corrected_members(actor: Actor) -> list[Organisation]:
    """The members of whose reports corrections are listed, by name. One query."""
    used = Correction.objects.visible_to(actor).order_by().values("organisation")
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(pk__in=used)
    return list(rows.order_by(ByAlphabet("name"), "pk"))


def corrected_cycles(actor: Actor) -> list[Cycle]:
    """The cycles of whose reports corrections are listed, the latest first. One query."""
    used = Correction.objects.visible_to(actor).order_by().values("report__cycle")
    rows: QuerySet[Cycle] = Cycle.objects.visible_to(actor).filter(pk__in=used)
    return list(rows.order_by("-starts_on"))


def open_corrections(actor: Actor) -> QuerySet[Correction]:
    """Those that are not answered or decided yet: one that is published is not, though its verdicts may still wait."""
    rows = Correction.objects.visible_to(actor).filter(_OPEN)
    return rows.select_related("report__cycle", "report__organisation")


def correction_counts(actor: Actor) -> tuple[int, int]:
    """How many are open, and after how many verdicts wait for a second look. One query."""
    rows = Correction.objects.visible_to(actor)
    counts = rows.aggregate(open=Count("pk", filter=_OPEN), checks=Count("pk", filter=CHECK_WAITING))
    return counts["open"], counts["checks"]


def corrections_of(actor: Actor, report: Report) -> list[Correction]:
    """Every correction of one report that the actor sees, the latest first. Two queries."""
    rows = corrections(actor).filter(report=report)
    return list(rows.prefetch_related("items"))


def correction_title(correction: Correction) -> str:
    """What a list calls it: what was proposed, or what is still to be done after it."""
    sentence = (
        _("Verdicts to look at again after a correction, %(cycle)s")
        if correction.verdicts_to_check
        else _("Correction of the report for %(cycle)s")
    )
    return sentence % {"cycle": correction.report.cycle.title}


def is_answer_overdue(correction: Correction) -> bool:
    """Whether the day until which the other side answers is over."""
    return correction.respond_by is not None and today() > correction.respond_by


def is_overdue(correction: Correction) -> bool:
    """Whether the day has passed until which somebody was to answer, or to look at the verdicts again."""
    waits = correction.state in OPEN_CORRECTION_STATES or correction.check_waits
    return waits and correction.due_on is not None and today() > correction.due_on


def waiting_verdicts(correction: Correction) -> list[CorrectionPlace]:
    """The verdicts that rest on its figures and wait to be looked at again."""
    places = (CorrectionPlace.from_key(key) for key in correction.verdicts_to_check)
    return [place for place in places if place is not None]


def check_refusal(actor: Actor, correction: Correction) -> str:
    """Why nobody can say that the verdicts stay, or who has; empty where somebody can. At most three queries."""
    if not correction.verdicts_to_check:
        sentence = last_entry_sentence(actor, correction, "correction.uphold_verdicts")
        return f"{_('No verdict waits to be looked at again.')} {sentence}".strip()
    if not is_public(correction.report):
        return _("The report is withdrawn: its verdicts are looked at once it is public again.")
    others = open_corrections_of(correction.report, waiting_verdicts(correction))
    message = _("Correction %(number)d of one of these verdicts is open: wait until it is decided.")
    return message % {"number": others[0].correction_id} if others else ""


def due_correction_reminders() -> list[tuple[Correction, int]]:
    """Those of which somebody is to be reminded by now, each with the step that was reached. One query.

    The other side of a proposal; of what is published, who looks at its verdicts again. Not on the day of the proposal
    or publication itself, whose letter says the same.
    """
    now = today()
    days = (now, now + timedelta(days=max(BEFORE_DUE)))
    proposed = Q(state=CorrectionState.PROPOSED, respond_by__range=days)
    rows = Correction.objects.filter(proposed | CHECK_WAITING & Q(check_verdicts_by__range=days))
    return [
        (row, min(step for step in BEFORE_DUE if (row.due_on - now).days <= step))
        for row in rows
        if row.due_on and (since := row.decided_at or row.proposed_at) and day_of(since) < now
    ]


def items_of(correction: Correction) -> list[CorrectionItem]:
    """The values of a correction that the caller has found through `visible_to`. One query."""
    return list(CorrectionItem.objects.filter(correction=correction))


def corrected_verdict_items(actor: Actor, report: Report) -> list[CorrectionItem]:
    """The verdicts of a report that were corrected in public, each with its correction, in their order. One query."""
    published = Correction.objects.visible_to(actor).filter(report=report, state=CorrectionState.PUBLISHED)
    rows = CorrectionItem.objects.filter(subject=CorrectionSubject.VERDICT, correction__in=published)
    return list(rows.select_related("correction").order_by("correction__decided_at", "pk"))


def corrects_verdict(correction: Correction) -> bool:
    """Whether a verdict or its reason is among the values. One query."""
    return CorrectionItem.objects.filter(correction=correction, subject=CorrectionSubject.VERDICT).exists()


def notes_on_correction(actor: Actor, correction: Correction) -> list[CorrectionNote]:
    """What both sides have added. One query."""
    rows = CorrectionNote.objects.visible_to(actor).filter(correction=correction)
    return list(rows.select_related("written_by"))
