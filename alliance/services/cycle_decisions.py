"""The check before a cycle is closed or published: what its manager was shown, and states where it is early."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import category, normalize

from django.utils.translation import gettext as _

from alliance.enums import CycleDecisionKind, ReportState
from alliance.models import REPORT_LOCK_ORDER, Cycle, CycleDecision, Report
from alliance.queries.report_history import last_act
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import Faults, WrongState
from portal.kernel.text import LANGUAGES, clean_text, format_moment

ReportStates = Mapping[int, str]  # `shown_state`, by the report's number
_MOST_ACTS = 5  # of reports that have changed meanwhile; each costs queries
_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")


@dataclass(frozen=True, slots=True)
class Override:
    """What a manager states to act early: why, and the cycle's title, typed by hand."""

    reason: str = ""
    title: str = ""


def lock_reports(cycle: Cycle) -> list[Report]:
    """Every report of the cycle, locked in the order of all who lock several, with its member and its cycle."""
    rows = Report.objects.select_for_update(of=("self",)).filter(cycle=cycle)
    return list(rows.prefetch_related("organisation", "cycle").order_by(*REPORT_LOCK_ORDER))


def refuse_if_changed(actor: Actor, reports: Sequence[Report], shown: ReportStates | None) -> None:
    """Refuse where a report is not in the state in which it was shown; None: nobody was shown anything.

    Nor is one whose review was reopened and concluded again. Raises WrongState, which names them,
    and of the first ones who has done what.
    """
    if shown is None:
        return
    changed = [
        report for report in reports if shown.get(report.pk) != shown_state(report.state, report.concluded_at)
    ]
    if changed or len(shown) != len(reports):
        names = ", ".join(f"{report.organisation.name} ({_state_text(report)})" for report in changed)
        acts = [
            f"{report.organisation.name} – {entry.sentence}"
            for report in changed[:_MOST_ACTS]
            if (entry := last_act(actor, report))
        ]
        raise WrongState(
            _(
                "Nothing was done: since you opened this page something has changed. Now: %(names)s. Look again."
            )
            % {"names": names or "–"}
            + "".join(f" {act}" for act in acts)
        )


def shown_state(state: str, concluded_at: datetime | None) -> str:
    """The state as somebody is shown it, with the moment of the conclusion: each has verdicts of its own."""
    return f"{state}@{concluded_at.timestamp():.6f}" if concluded_at else state


def _state_text(report: Report) -> str:
    words = str(report.get_state_display())
    if report.state != ReportState.CONCLUDED:
        return words
    return f"{words}, {format_moment(report.concluded_at)}"


def check_override(
    cycle: Cycle, pending: Sequence[Report], shown: ReportStates | None, override: Override
) -> str:
    """The reason for an early act, cleaned.

    Raises Faults, all at once: where a pending report is not named, without a reason, without the cycle's title.
    """
    faults: dict[str, str] = {}
    unnamed = [report.organisation.name for report in pending if report.pk not in (shown or {})]
    if unnamed:
        faults["reports"] = _("Name each report that is still pending. Not named: %(names)s.") % {
            "names": ", ".join(unnamed)
        }
    reason = clean_text(override.reason, field="reason").strip()
    if not reason:
        faults["reason"] = _("Say why this cannot wait.")
    if not is_title_of(cycle, override.title):
        faults["title"] = _("Type the name of the cycle as it stands above: %(title)s") % {
            "title": cycle.title
        }
    if faults:
        raise Faults(_("This is early, so it needs more from you."), faults)
    return reason


def is_title_of(cycle: Cycle, typed: str) -> bool:
    """Whether this is the cycle's title in any language; dashes, spaces and capitals are forgiven."""
    titles = {_plain(getattr(cycle, f"title_{language}") or "") for language in LANGUAGES} - {""}
    return _plain(typed) in titles


def _plain(text: str) -> str:
    visible = "".join(sign for sign in normalize("NFKC", text) if category(sign) != "Cf")
    return " ".join(_DASHES.sub("-", visible).split()).casefold()


def record_decision(actor: Actor, cycle: Cycle, kind: CycleDecisionKind, reason: str) -> CycleDecision:
    """Store why; the journal entry of the step names it."""
    decision: CycleDecision = CycleDecision.objects.create(
        cycle=cycle, kind=kind, reason=reason, decided_by_id=actor.person_id, decided_at=clock.now()
    )
    return decision


def report_states(reports: Iterable[Report]) -> dict[int, str]:
    """The states of the reports, as a page shows them and a service is told of them."""
    return {report.pk: shown_state(report.state, report.concluded_at) for report in reports}
