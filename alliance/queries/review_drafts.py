"""What the reader may write on a page of a review, and what they have typed there and not given yet."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from alliance.enums import REVIEWABLE_REPORT_STATES, DraftKind, ReportState
from alliance.models import Commitment, Measure, Pledge, Report, ReviewDraft, SecondReading
from alliance.queries.charter_contents import measures_of
from alliance.queries.review_state import STEP_KINDS, ReviewState, ReviewStep
from portal.kernel.access import Actor, can

Drafts = dict[tuple[str, str], ReviewDraft]  # by step and kind


def review_drafts(actor: Actor, report: Report) -> Drafts:
    """The actor's own drafts of this review, by step and kind. One query."""
    rows = ReviewDraft.objects.visible_to(actor).filter(report=report)
    return {(row.step, row.kind): row for row in rows}


def steps_with_open_drafts(actor: Actor, report: Report, state: ReviewState) -> list[ReviewStep | None]:
    """Where the actor has typed what only an open review takes, and not given it; None: of the report as a whole.

    That is all but notes. One query.
    """
    names = {step for step, kind in review_drafts(actor, report) if kind != DraftKind.NOTE}
    return [step for step in (None, *state.steps) if (step.name if step else "") in names]


def drafts_without_step(
    actor: Actor, report: Report, state: ReviewState, drafts: Drafts
) -> list[tuple[str, ReviewDraft]]:
    """Of the actor's own drafts those on what the last submission no longer has, each with the name of what that was.

    What a charter has under no such key any more is named by the key. Up to three queries.
    """
    present = {step.name for step in state.steps}
    rows = []
    for (step, _kind), draft in drafts.items():
        kind, _colon, key = step.partition(":")
        if kind in STEP_KINDS and step not in present:
            rows.append(((kind, key), draft))
    names = names_of_subjects(actor, report, [subject for subject, _draft in rows])
    return [(names.get(subject, subject[1]), draft) for subject, draft in rows]


def names_of_subjects(
    actor: Actor, report: Report, subjects: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """What the report's charter calls these measures and commitments, and the member its pledges, by kind and key.

    Whether or not they are steps of its review. Up to three queries, none for none.
    """
    keys = {kind: [key for of_kind, key in subjects if of_kind == kind] for kind, _key in subjects}
    names: dict[tuple[str, str], str] = {}
    if "measure" in keys:
        names |= {("measure", each.key): _coded_title(each) for each in measures_of(report.charter_id)}
    if "commitment" in keys:
        commitments = Commitment.objects.filter(charter=report.charter_id, key__in=keys["commitment"])
        names |= {("commitment", each.key): _coded_title(each) for each in commitments}
    if "pledge" in keys:
        pledges = Pledge.objects.visible_to(actor).filter(
            organisation=report.organisation_id, record__in=keys["pledge"]
        )
        names |= {
            ("pledge", str(each.record)): each.title or each.text for each in pledges.order_by("revision")
        }
    return {subject: names[subject] for subject in subjects if subject in names}


def _coded_title(part: Commitment | Measure) -> str:
    return f"{part.code} {part.title}"


def reading_place(reading: SecondReading, measure: str) -> str:
    """How drafts name a measure of a second reading: no step of the review, on which its reader may have another."""
    return f"reading{reading.pk}:{measure}"


def reading_drafts(actor: Actor, reading: SecondReading) -> list[tuple[Measure, ReviewDraft]]:
    """What the actor has typed on measures of a second reading and not saved, in the order of the charter.

    At most two queries; none of a reading of somebody else's.
    """
    if reading.reader_id != actor.person_id:
        return []
    place = reading_place(reading, "")
    rows = ReviewDraft.objects.visible_to(actor).filter(report=reading.report_id, step__startswith=place)
    by_key = {row.step.removeprefix(place): row for row in rows}
    measures = measures_of(reading.report.charter_id) if by_key else ()
    return [(measure, by_key[measure.key]) for measure in measures if measure.key in by_key]


def reading_drafts_refusal(
    drafts: Sequence[tuple[Measure, ReviewDraft]], asked_measures: Collection[str]
) -> str:
    """Why the reading is not sent while its reader has drafts on what was asked; empty where there are none."""
    names = [f"{measure.code} {measure.title}" for measure, _draft in drafts if measure.key in asked_measures]
    if not names:
        return ""
    message = _(
        "What you have typed on %(measures)s is a draft, not your verdict yet. Save it there, or undo the draft: then "
        "the reading can be sent."
    )
    return message % {"measures": ", ".join(names)}


def writable_kinds(actor: Actor, report: Report, step: ReviewStep | None) -> list[DraftKind]:
    """What the actor may write on the page of a step, or of the review as a whole, in whatever state it is."""
    may_judge = can(actor, "report.review", report)
    is_measure = step is not None and step.kind == "measure"
    # questions and notes are about a measure, or about the report as a whole
    takes_questions = step is None or is_measure
    allowed = {
        DraftKind.VERDICT: may_judge and step is not None,
        DraftKind.FINDING: may_judge and is_measure,
        DraftKind.QUESTION: may_judge and takes_questions,
        DraftKind.NOTE: takes_questions and can(actor, "note.write", report),
    }
    return [kind for kind, may in allowed.items() if may]


def can_be_given(kind: DraftKind, report: Report, step: ReviewStep | None) -> bool:
    """Whether the state of the review takes it."""
    if kind == DraftKind.NOTE:
        return True
    if kind == DraftKind.QUESTION:
        return report.state in REVIEWABLE_REPORT_STATES
    withdrawn = step is not None and step.withdrawn
    return report.state == ReportState.IN_REVIEW and not withdrawn
