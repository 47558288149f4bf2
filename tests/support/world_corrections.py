"""Corrections of Aurora's published report, drafted by either side and proposed; a withdrawal that waits."""

from datetime import timedelta
from typing import Any

from alliance.enums import CorrectionState, Side
from alliance.models import Correction, CorrectionItem, CorrectionNote, Report, Withdrawal
from alliance.queries.local_dates import today
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.services.evidence import evidence_path
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.canaries import canary
from tests.support.world_evidence import sha256_of, store

UrlKwargs = dict[str, Any]
_LOG = b"week,pieces\n1,349\n"
_RUNS_FOR = timedelta(days=7)  # the world lives as long as a run, over midnight too
STORY = CorrectionPlace.of_text("search-story")


def make_corrections(cast: Cast, report: Report) -> dict[str, UrlKwargs]:
    """Each in a state of its own; the places name them."""
    state = published_state(report)
    assert state is not None
    proposed = _correction(cast, state, Side.MEMBER, "correction", CorrectionState.PROPOSED)
    desk = _correction(cast, state, Side.SECRETARIAT, "correction", CorrectionState.PROPOSED)
    agreed = _correction(cast, state, Side.MEMBER, "correction", CorrectionState.AGREED)
    draft = _correction(cast, state, Side.MEMBER, "correction-draft", CorrectionState.DRAFT)
    desk_draft = _correction(cast, state, Side.SECRETARIAT, "correction-desk-draft", CorrectionState.DRAFT)
    corrected = Correction.objects.create(
        report=report, organisation=cast.aurora, side=Side.MEMBER, state=CorrectionState.PUBLISHED,
        of_publication=state.publication.number, written_by=cast.alice, proposed_by=cast.alice,
        verdicts_to_check=[CorrectionPlace("verdict", "find").key], check_verdicts_by=today() + _RUNS_FOR,
    )  # fmt: skip
    CorrectionNote.objects.create(
        correction=proposed, organisation=cast.aurora, text=canary("correction-note"), written_by=cast.sven
    )
    publication = Publication.objects.get(number=state.publication.number)
    withdrawal = Withdrawal.objects.create(
        organisation=cast.aurora, type="report", record=publication.record, of_publication=publication.number,
        reason={"en": canary("withdrawal"), "ru": canary("withdrawal")}, asked_by=cast.rita,
    )  # fmt: skip
    steps = {
        f"correction.{name}": {"pk": row.pk, "step": step}
        for name, row, step in (
            ("propose", draft, "propose"), ("discard", draft, "discard"), ("agree", desk, "agree"),
            ("object", desk, "object"), ("withdraw", proposed, "withdraw"), ("add_note", proposed, "add_note"),
            ("desk.agree", proposed, "agree"), ("desk.propose", desk_draft, "propose"), ("publish", agreed, "publish"),
            ("drop", agreed, "drop"), ("consent", proposed, "consent"),
            ("uphold_verdicts", corrected, "uphold_verdicts"),
        )
    }  # fmt: skip
    return {
        **steps,
        "correction": {"pk": proposed.pk},
        "correction.draft": {"pk": draft.pk},
        "correction.desk_draft": {"pk": desk_draft.pk},
        "withdrawal": {"pk": withdrawal.pk},
        **{
            f"withdrawal.{step}": {"pk": withdrawal.pk, "step": step}
            for step in ("publish", "refuse", "take_back")
        },
        "publication.withdraw": {"number": publication.number},
    }


def _correction(cast: Cast, state: PublishedState, side: str, words: str, step: str) -> Correction:
    """The correction of a text, each with words that only those who may see it read."""
    writer = cast.alice if side == Side.MEMBER else cast.rita
    correction = Correction.objects.create(
        report=state.report, organisation=cast.aurora, side=side, state=step,
        of_publication=state.publication.number, reason={"en": canary(words), "ru": canary(words)},
        written_by=writer, proposed_by=None if step == CorrectionState.DRAFT else writer,
        respond_by=None if step == CorrectionState.DRAFT else today() + _RUNS_FOR, file=_file(),
        file_name="log.csv", media_type="text/csv", size=len(_LOG), sha256=sha256_of(_LOG),
    )  # fmt: skip
    text = words if step == CorrectionState.DRAFT else "correction-text"
    CorrectionItem.objects.create(
        correction=correction, organisation=cast.aurora, subject="text", indicator_key=STORY.indicator,
        old=state.old(STORY), new={"text": canary(text)},
    )  # fmt: skip
    return correction


def _file() -> str:
    return evidence_path(store(_LOG))
