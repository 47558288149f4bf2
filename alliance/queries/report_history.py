"""The history of one report: what either side did with it, when, and why, as each side may read it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import ReportDecisionKind, ReportState
from alliance.models import (
    ChangesRequest,
    EarlierVerdict,
    Person,
    Report,
    ReportDecision,
    ReportExemption,
    Response,
    SignOffRequest,
    Submission,
    Verdict,
    WithdrawnPublication,
)
from alliance.queries.public.texts import in_reader_language
from alliance.queries.published_states import (
    record_name,
)
from alliance.queries.review_state import reads_blind
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date, format_moment

MAX_EVENTS = 200
# What happens to a working copy is its organisation's alone.
_OWN_TITLES: dict[str, str | Promise] = {
    "report.ask_for_sign_off": gettext_lazy("Sent for sign-off"),
    "report.withdraw_sign_off": gettext_lazy("Request for sign-off taken back"),
    "report.send_back": gettext_lazy("Returned to its editors"),
}
# Read from rows of their own, with names and reasons.
_ROW_TITLES: dict[str, str | Promise] = {
    "report.submit": gettext_lazy("Submission %(number)s"),
    "report.recall": gettext_lazy("Submission %(number)s recalled"),
    "report.request_changes": gettext_lazy("Changes requested, due %(day)s"),
    "report.resume_review": gettext_lazy("Review of submission %(number)s resumed"),
    "report.take_back_request": gettext_lazy("Request for changes taken back"),
    "report.reopen": gettext_lazy("Review reopened"),
}
# Read from the journal.
_EVENT_TITLES: dict[str, str | Promise] = {
    "report.start_review": gettext_lazy("Review started"),
    "report.conclude": gettext_lazy("Review concluded; replies until %(day)s"),
    "report.respond": gettext_lazy("Reply signed"),
    "report.publish": gettext_lazy("Published"),
    "report.exempt": gettext_lazy("Exempt"),
    "report.include": gettext_lazy("Report required, due %(day)s"),
    "report.extend": gettext_lazy("Deadline extended until %(day)s"),
    "report.miss": gettext_lazy("Counted as not filed"),
    "report.restore": gettext_lazy("Put back to draft"),
    "report.correct_notice": gettext_lazy("Notice corrected"),
}
# Read from the public record: what became of its publication later.
_PUBLIC_TITLES: dict[str, str | Promise] = {
    "report.withdraw": gettext_lazy("Withdrawn from the public pages, publication No. %(number)d"),
    "report.publish_again": gettext_lazy("Public again, publication No. %(number)d"),
}
_DAYS = {"report.conclude": "respond_by", "report.extend": "due_on", "report.include": "due_on"}
# Of acts of one moment: what a step of the schedule follows from comes before it.
_ORDER = [*_OWN_TITLES, *_ROW_TITLES, *_EVENT_TITLES, *_PUBLIC_TITLES]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One act: in words, who it was (a name, or the side where names are not the reader's to see), when, and why."""

    kind: str
    title: str
    who: str
    at: datetime
    reason: str = ""
    language: str = ""
    submission: int = 0  # the number of the one that was filed
    is_recalled: bool = False
    # the reopening after which the earlier verdicts can be read
    reopening: int = 0
    publication: int = 0  # the number of the one that withdraws it, or makes it public again

    @property
    def sentence(self) -> str:
        """What happened, who it was and when, for a refusal that another act has caused."""
        facts = {"what": self.title, "who": self.who, "at": format_moment(self.at)}
        return _("%(what)s: %(who)s, %(at)s.") % facts


def report_history(actor: Actor, report: Report) -> list[HistoryEntry]:
    """The acts of both sides, the latest first; those on the working copy for its own organisation alone.

    Six queries, one more for its own organisation, one where it was exempted, up to two for a published one.
    Nothing for an actor who does not see the report.
    """
    if not Report.objects.visible_to(actor).filter(pk=report.pk).exists():
        return []
    return _HistoryBuilder(actor, report).entries()


def last_act(actor: Actor, report: Report) -> HistoryEntry | None:
    """What was last done with the report, of that which the actor may read."""
    return next(iter(report_history(actor, report)), None)


def _events(report: Report, is_own: bool) -> list[Event]:
    """Read as SYSTEM: in the journal the secretariat's entries are its own; here are their kinds and days alone."""
    kinds = ["report.submit", *_EVENT_TITLES, *(_OWN_TITLES if is_own else ())]
    with acting_as(SYSTEM):
        rows = Event.objects.filter(
            target_type=Report._meta.label_lower, target_id=report.pk, kind__in=kinds
        ).order_by("-pk")
        return list(rows[:MAX_EVENTS])


def _sign_off_requests(actor: Actor, report: Report) -> list[SignOffRequest]:
    """Those of one's own organisation; no query for anybody else."""
    if actor.tenant_id != report.organisation_id:
        return []
    return list(SignOffRequest.objects.visible_to(actor).filter(report=report))


def _exemptions(actor: Actor, events: list[Event]) -> dict[int, str]:
    """Why the member was exempted, by the number of the exemption; no query where it was not."""
    numbers = [row.data["exemption"] for row in events if "exemption" in row.data]
    if not numbers:
        return {}
    rows = ReportExemption.objects.visible_to(actor).filter(pk__in=numbers)
    return dict(rows.order_by().values_list("pk", "reason"))


class _HistoryBuilder:
    """Puts rows, journal entries and names together."""

    def __init__(self, actor: Actor, report: Report) -> None:
        self.actor, self.report = actor, report
        submissions = Submission.objects.visible_to(actor).filter(report=report)
        self.submissions = {row.pk: row for row in submissions.defer("body")}
        self.decisions = list(ReportDecision.objects.visible_to(actor).filter(report=report))
        self.requests = list(ChangesRequest.objects.visible_to(actor).filter(report=report))
        self.events = _events(report, actor.tenant_id == report.organisation_id)
        people = {row.person_id for row in self.events} | {row.decided_by_id for row in self.decisions}
        people |= {row.requested_by_id for row in self.requests}
        names = Person.objects.visible_to(actor).filter(pk__in=people - {None})
        self.names = dict(names.values_list("pk", "name"))
        self.exemptions = _exemptions(actor, self.events)
        self.sign_off = {row.pk: row for row in _sign_off_requests(actor, report)}
        self.recalled = {row.submission_id for row in self.decisions if row.kind == ReportDecisionKind.RECALL}

    def entries(self) -> list[HistoryEntry]:
        """All of them, the latest first. A submission has the moment at which its transaction began."""
        stored = {row.data.get("submission"): row.at for row in self.events if row.kind == "report.submit"}
        dated = [
            *(
                (stored.get(pk, row.submitted_at), self._submitted(row))
                for pk, row in self.submissions.items()
            ),
            *((row.decided_at, self._decided(row)) for row in self.decisions),
            *((row.requested_at, self._returned(row)) for row in self.requests),
            *((row.at, self._recorded(row)) for row in self.events if row.kind != "report.submit"),
            *((entry.at, entry) for entry in _withdrawals(self.report)),
        ]
        dated.sort(key=lambda pair: (pair[0], _ORDER.index(pair[1].kind)), reverse=True)
        return [entry for _at, entry in dated]

    def _submitted(self, row: Submission) -> HistoryEntry:
        """A signature has its own name, which outlives the account."""
        return HistoryEntry(
            "report.submit",
            str(_ROW_TITLES["report.submit"]) % {"number": row.number},
            row.signatory_name,
            row.submitted_at,
            submission=row.number,
            is_recalled=row.pk in self.recalled,
        )

    def _decided(self, row: ReportDecision) -> HistoryEntry:
        kind = f"report.{row.kind}"
        return HistoryEntry(
            kind,
            str(_ROW_TITLES[kind]) % {"number": self.submissions[row.submission_id].number},
            self._who(row.decided_by_id, is_member=row.kind == ReportDecisionKind.RECALL),
            row.decided_at,
            row.reason,
            row.language,
            reopening=row.pk if row.kind == ReportDecisionKind.REOPEN else 0,
        )

    def _returned(self, row: ChangesRequest) -> HistoryEntry:
        return HistoryEntry(
            "report.request_changes",
            str(_ROW_TITLES["report.request_changes"]) % {"day": format_date(row.due_on)},
            self._who(row.requested_by_id, is_member=False),
            row.requested_at,
            row.summary,
            row.language,
        )

    def _recorded(self, event: Event) -> HistoryEntry:
        day = event.data.get(_DAYS.get(event.kind, ""))
        title = str(_EVENT_TITLES.get(event.kind) or _OWN_TITLES[event.kind])
        return HistoryEntry(
            event.kind,
            title % {"day": format_date(date.fromisoformat(day)) if day else "–"},
            self._who(event.person_id, is_member=event.tenant_id == self.report.organisation_id),
            event.at,
            *self._words(event),
        )

    def _words(self, event: Event) -> tuple[str, str]:
        """The reason or message of the act, and its language where it is known."""
        request = self.sign_off.get(event.data.get("request", 0))
        if request is None:
            return self._reason(event), ""
        if event.kind == "report.ask_for_sign_off":
            return request.message, request.language
        return request.reason, request.reason_language

    def _reason(self, event: Event) -> str:
        """The report has the reason of the last extension alone, and of an exemption without a row of its own."""
        if event.kind == "report.exempt" and "exemption" in event.data:
            return self.exemptions.get(event.data["exemption"], "")
        last = {row.kind: row for row in reversed(self.events)}
        if event.kind == "report.exempt":
            return self.report.exempt_reason if event is last["report.exempt"] else ""
        return self.report.extension_reason if event is last.get("report.extend") else ""

    def _who(self, person_id: int | None, *, is_member: bool) -> str:
        """A member reads no names of the secretariat."""
        if person_id is None:
            return _("the portal")
        if not is_member and not self.actor.is_host:
            return _("the secretariat")
        return self.names.get(person_id) or _("a person who has left")


def _withdrawals(report: Report) -> list[HistoryEntry]:
    """That its publication was withdrawn, and published again; as everybody reads it, without names."""
    if report.state != ReportState.PUBLISHED:
        return []
    rows = list(WithdrawnPublication.objects.filter(type="report", record=record_name(report)))
    numbers = [row.valid_to for row in rows if row.valid_to]
    again = Publication.objects.in_bulk(numbers) if numbers else {}
    entries = [
        _public_act("report.withdraw", row.valid_from, row.at, in_reader_language(row.reason)) for row in rows
    ]
    return entries + [
        _public_act("report.publish_again", number, row.published_at) for number, row in again.items()
    ]


def _public_act(kind: str, number: int, at: datetime, reason: str = "") -> HistoryEntry:
    title = str(_PUBLIC_TITLES[kind]) % {"number": number}
    return HistoryEntry(kind, title, _("the secretariat"), at, reason, publication=number)


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A verdict as it was before a review was reopened, and as it is now, as far as the reader sees it."""

    earlier: EarlierVerdict
    present: Verdict | None

    @property
    def is_changed(self) -> bool:
        """Whether the value or the reason is another now."""
        names = ("value", "reason", "difference")
        return self.present is not None and any(
            getattr(self.present, name) != getattr(self.earlier, name) for name in names
        )


@dataclass(frozen=True, slots=True)
class EarlierConclusion:
    """What had been concluded before a review was reopened, in the charter's order."""

    decision: ReportDecision
    verdicts: list[VerdictChange]
    is_hidden: bool = False  # from whoever judges it blind

    @property
    def changes(self) -> list[VerdictChange]:
        return [change for change in self.verdicts if change.is_changed]


def earlier_conclusion(actor: Actor, report: Report, decision_id: int) -> EarlierConclusion | None:
    """The verdicts as the member had read them before this reopening; None where there is no such.

    Three queries, one more for the secretariat. No verdicts for whoever reads it blind and has not sent theirs.
    """
    rows = ReportDecision.objects.visible_to(actor).filter(
        report=report, pk=decision_id, kind=ReportDecisionKind.REOPEN
    )
    decision = rows.select_related("submission").first()
    if decision is None:
        return None
    if reads_blind(actor, report):
        return EarlierConclusion(decision, [], is_hidden=True)
    verdicts = EarlierVerdict.objects.visible_to(actor).filter(decision=decision)
    ordered = verdicts.select_related("commitment", "measure").order_by(
        "commitment__position", "measure__position", "pk"
    )
    present = {_subject(row): row for row in Verdict.objects.visible_to(actor).filter(report=report)}
    return EarlierConclusion(decision, [VerdictChange(row, present.get(_subject(row))) for row in ordered])


def replies_to_earlier(actor: Actor, conclusion: EarlierConclusion) -> list[Response]:
    """The member's replies that stood when the review was reopened, also those replaced since; to all verdicts last.

    One query; none for whoever reads the verdicts blind, of which a reply would tell.
    """
    if conclusion.is_hidden:
        return []
    decision = conclusion.decision
    stood = Q(replaced_at=None) | Q(replaced_at__gt=decision.decided_at)
    rows = Response.objects.visible_to(actor).filter(
        stood, report=decision.report_id, signed_at__lte=decision.decided_at
    )
    return list(
        rows.select_related("commitment").order_by(F("commitment__position").asc(nulls_last=True), "pk")
    )


def _subject(verdict: EarlierVerdict | Verdict) -> tuple[object, ...]:
    return verdict.commitment_id, verdict.measure_id, verdict.pledge_record


def last_reopening_pk(actor: Actor, report: Report) -> int | None:
    """The number of the decision by which the review was last reopened; None where it never was. One query."""
    rows = ReportDecision.objects.visible_to(actor).filter(report=report, kind=ReportDecisionKind.REOPEN)
    return rows.order_by("-pk").values_list("pk", flat=True).first()


def last_reopening(actor: Actor, report: Report) -> EarlierConclusion | None:
    """What was concluded before the review was last reopened; None where it never was. At most five queries."""
    pk = last_reopening_pk(actor, report)
    return earlier_conclusion(actor, report, pk) if pk else None
