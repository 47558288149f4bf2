"""What the pages of a correction show: its values in words, the places that would change, who has to act."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alliance.enums import OPEN_CORRECTION_STATES, CorrectionState, CorrectionSubject, VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Correction, CorrectionItem, Report
from alliance.queries.correction_consent import deciders, second_reviewers
from alliance.queries.correction_consequences import (
    Quotation,
    judged_by_figures,
    quotations,
    reports_in_progress,
    verdicts_corrected_after,
)
from alliance.queries.correction_steps import correction_acts, is_needed
from alliance.queries.corrections import (
    is_answer_overdue,
    items_of,
    may_correct,
    new_errors,
    waiting_verdicts,
)
from alliance.queries.public.correction_wording import CorrectionWords, correction_words
from alliance.queries.public.value_differences import value_difference
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.services.correction_content import CorrectedReport
from alliance.validators.corrections import CorrectionPlace
from alliance.web.area import area_of
from alliance.web.corrections.affected import MOST_OF_FIGURE, AffectedPlace, ItemRow
from alliance.web.corrections.places import AffectedPlaces
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404

PEOPLE = ("written_by", "proposed_by", "answered_by", "consented_by", "decided_by", "verdicts_upheld_by")
_MAIN_STEPS = ("propose", "agree", "publish", "consent", "uphold_verdicts")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of the new values: whether it holds, or only has to be known."""

    kind: str  # ok, warning, error
    text: str


def get_published_report(request: ActorRequest, pk: int, rule: str = "") -> Report:
    """A report that the actor sees, with its cycle and charter; with a rule, one that it allows."""
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle__charter"), request.actor, rule=rule, pk=pk
    )
    return report


def get_correction(request: ActorRequest, pk: int, rule: str = "") -> Correction:
    """A correction that the actor sees, with the people who took part; with a rule, one that it allows."""
    correction: Correction = get_visible_or_404(
        Correction.objects.select_related("report__organisation", "report__cycle__charter", *PEOPLE),
        request.actor,
        rule=rule,
        pk=pk,
    )
    return correction


def require_state(report: Report) -> PublishedState:
    """The published report; 404 where there is none to correct."""
    state = published_state(report)
    if state is None:
        raise Http404
    return state


def words_for(state: PublishedState) -> CorrectionWords:
    """The words of the report's places. Raises Http404 where its charter is not public."""
    words = correction_words(state)
    if words is None:
        raise Http404
    return words


class CorrectionFacts:
    """Everything that the page of one correction shows of its values and their consequences."""

    def __init__(self, actor: Actor, correction: Correction, state: PublishedState) -> None:
        self.actor, self.correction, self.published = actor, correction, state
        self.words = words_for(state)
        self.items = items_of(correction)
        self.changes = {item.place: item.new for item in self.items if item.place in state.values}
        self.corrected = CorrectedReport(state, self.changes)

    @cached_property
    def rows(self) -> list[ItemRow]:
        return [self._row(item) for item in self.items]

    def _row(self, item: CorrectionItem) -> ItemRow:
        place = item.place
        difference = value_difference(self.words, place, item.old, item.new)
        is_figure = place.subject == CorrectionSubject.FIGURE
        old, new = difference.in_short(MOST_OF_FIGURE) if is_figure else (difference.old, difference.new)
        return ItemRow(
            item=item,
            title=self.words.title(place),
            old=old,
            new=new,
            difference=difference,
            is_withheld=place in self.published.values and self.published.is_withheld(place),
            is_text=place.subject in (CorrectionSubject.TEXT, CorrectionSubject.RESPONSE),
        )

    @property
    def checks(self) -> list[CheckResult]:
        """The checks of the new values, while it can still be changed or decided."""
        errors = [
            # of a check between figures, the one that fails may be another than those corrected
            CheckResult("error", f"{self.words.title(CorrectionPlace.of_figure(each.place))}: {each}")
            for each in new_errors(self.published, self.changes)
        ]
        has_figures = any(place.subject == CorrectionSubject.FIGURE for place in self.changes)
        if not has_figures:
            return []
        if not errors:
            errors = [CheckResult("ok", _("The new figures pass every check."))]
        if self.corrected.given_away:
            errors.append(
                CheckResult("error", _("A withheld figure could be worked out from all revisions."))
            )
        else:
            errors.append(CheckResult("ok", _("It gives no withheld figure away, in any revision.")))
        totals = [
            CheckResult(
                "warning",
                _("%(title)s: %(old)s becomes %(new)s")
                % {
                    "title": self.words.total_title(each["indicator"], each["cell"]),
                    "old": self.words.total_text(each["indicator"], each["old"]),
                    "new": self.words.total_text(each["indicator"], each["new"]),
                },
            )
            for each in self.corrected.changed_totals
        ]
        return [*errors, *totals]

    @cached_property
    def affected(self) -> list[AffectedPlace]:
        """Every public place that would change, with what it says now and after."""
        return AffectedPlaces(self.published, self.words, self.corrected, self.rows).all()

    @property
    def quotations(self) -> list[tuple[Quotation, str, str]]:
        """The words that quote a corrected figure, whom they go to, where they are corrected; none changes alone."""
        quoting = quotations(self.published, self.words, self.changes)
        new = area_of(self.actor).url("correction-new", self.published.report.pk)
        return [
            (each, self._goes_to(each.place), f"{new}?{urlencode({'value': each.place.key})}")
            for each in quoting
        ]

    @property
    def waiting_verdicts(self) -> list[tuple[str, str, str]]:
        """The verdicts to look at again: what each is on, its value, where somebody of the secretariat corrects it."""
        report = self.published.report
        new = area_of(self.actor).url("correction-new", report.pk)
        is_shown = self.correction.check_waits and self.actor.is_host and may_correct(self.actor, report)
        return [
            (
                self.words.title(place),
                self.words.text(place, self.published.values[place]),
                f"{new}?{urlencode({'value': place.key})}" if is_shown else "",
            )
            for place in waiting_verdicts(self.correction)
            if place in self.published.values
        ]

    @cached_property
    def corrected_verdicts(self) -> list[tuple[str, str, int]]:
        """The verdicts that a second look has corrected: what each is on, how, and by which correction."""
        judged = judged_by_figures(self.published, self.items)
        if self.correction.state != CorrectionState.PUBLISHED or not judged:
            return []
        own = {item.place for item in self.items}
        return [
            (self.words.title(item.place), _verdict_change(item), item.correction_id)
            for item in verdicts_corrected_after(self.correction, judged)
            if item.place not in own
        ]

    def _goes_to(self, place: CorrectionPlace) -> str:
        """Whose words they are; the secretariat's people are named to the secretariat alone."""
        if place.subject == CorrectionSubject.VERDICT:
            reviewer = self.published.report.reviewer if self.actor.is_host else None
            return reviewer.name if reviewer else _("the reviewer")
        for response in self.published.responses:
            if place == CorrectionPlace.of_response(response.commitment_key):
                return response.signatory_name
        return self.published.report.organisation.name

    @property
    def in_progress(self) -> list[tuple[Report, str]]:
        """The later reports that compare with this one, each with its address in the reader's own area."""
        area = area_of(self.actor)
        name = "review" if self.actor.is_host else "report"
        return [
            (row, area.url(name, row.pk) if row.submitted_at or not self.actor.is_host else "")
            for row in reports_in_progress(self.actor, self.published.report)
        ]

    @property
    def compared(self) -> list[ItemRow]:
        """The figures with which a later report compares: its change is worked out from the new ones."""
        return [row for row in self.rows if row.item.subject == CorrectionSubject.FIGURE]


def _verdict_change(item: CorrectionItem) -> str:
    """The verdict before and after; of one whose texts alone were corrected what it is."""
    values = dict.fromkeys((item.old["value"], item.new["value"]))
    return " → ".join(str(VerdictValue(value).label) for value in values)


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step on the page: its button, or why it cannot be taken yet."""

    action: str
    label: str
    url: str
    blocked: str
    is_main: bool


def offered_steps(
    actor: Actor, correction: Correction, state: PublishedState | None, url_name: str
) -> list[OfferedStep]:
    """What this actor may do with the correction now; `state` is that of its report, None of one that is withdrawn."""
    return [
        OfferedStep(
            each.action,
            each.label,
            reverse(url_name, args=[correction.pk, each.action]),
            each.blocked,
            each.action in _MAIN_STEPS,
        )
        for each in correction_acts(actor, correction, state)
    ]


@dataclass(frozen=True, slots=True)
class AwaitedPeople:
    """Those of the secretariat of whom one has to consent or decide; without names nobody can."""

    names: Sequence[str]
    people_url: str  # where a manager gives somebody the role


def awaited_decision(actor: Actor, correction: Correction) -> AwaitedPeople | None:
    """Who decides about what the secretariat proposed unless the member agrees; None otherwise, and for the member."""
    undecided = (CorrectionState.PROPOSED, CorrectionState.OBJECTED)
    if not actor.is_host or correction.is_by_member or correction.state not in undecided:
        return None
    return AwaitedPeople(deciders(correction), reverse("secretariat:member", args=[actor.tenant_id]))


def awaited_consent(actor: Actor, correction: Correction) -> AwaitedPeople | None:
    """Who of the secretariat can be the second reviewer; None where none is needed any more, and for the member."""
    is_open = correction.state in (CorrectionState.DRAFT, *OPEN_CORRECTION_STATES)
    if not actor.is_host or not is_open or not is_needed(correction, "consent"):
        return None
    people_url = reverse("secretariat:member", args=[actor.tenant_id])
    return AwaitedPeople(second_reviewers(actor, correction), people_url)


def waits_for(
    correction: Correction,
    *,
    is_withdrawn: bool = False,
    is_overtaken: bool = False,
    is_unanswerable: bool = False,
) -> str:
    """Whose turn it is, in words; of what the secretariat proposed auditors decide too."""
    if is_overtaken:
        return _("the side that proposed it, or the secretariat")
    is_answered_later = not is_unanswerable and not is_answer_overdue(correction)
    if correction.state == CorrectionState.PROPOSED and is_answered_later and is_withdrawn:
        return _("what it corrects to be public again")
    if correction.state == CorrectionState.PROPOSED and is_answered_later:
        return _("the secretariat’s answer") if correction.is_by_member else _("the member’s answer")
    if correction.state == CorrectionState.AGREED:
        return (
            _("publication by a manager")
            if correction.is_by_member
            else _("publication by a manager or an auditor")
        )
    if correction.state in (CorrectionState.PROPOSED, CorrectionState.OBJECTED):
        return (
            _("a manager’s decision")
            if correction.is_by_member
            else _("the decision of a manager or an auditor")
        )
    if correction.check_waits:
        return _("a second look at the verdicts")
    return ""


def value_sentence(state: PublishedState, words: CorrectionWords, key: object) -> str:
    """What a value reads now, for the list of values; a long text is cut."""
    place = next((place for place in state.values if place == key), None)
    assert place is not None
    values = state.values[place]
    if place.subject == CorrectionSubject.FIGURE:
        return words.text(place, FigureValues.from_document(values).to_document())
    if place.subject == CorrectionSubject.VERDICT:
        return str(VerdictValue(values["value"]).label)
    if place.subject in (CorrectionSubject.TARGET, CorrectionSubject.STANDING):
        return words.text(place, values)
    return Truncator(values["text"]).chars(120)
