"""Corrections that are refused: of one value twice, of what has changed, is not public or cannot be published."""

import pytest

from alliance.enums import CorrectionState
from alliance.models import (
    Report,
)
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    discard_correction,
    draft_correction,
    edit_correction,
    propose_correction,
    withdraw_correction,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.corrections import (
    FIGURE,
    LIVE,
    REASON,
    act,
    correct,
    proposed,
    replied_report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return replied_report(cast)


def test_two_corrections_of_one_value(cast: Cast, report: Report) -> None:
    first = proposed(cast, report, LIVE, "349", by="sven")
    second = act(cast, "mona", draft_correction, report, FIGURE(LIVE, "350"))

    with pytest.raises(WrongState, match=f"Correction {first.pk} of the same value is open"):
        act(cast, "mona", propose_correction, second)
    act(cast, "sven", withdraw_correction, first)
    assert act(cast, "mona", propose_correction, second).state == CorrectionState.PROPOSED


def test_the_value_has_changed_since_the_draft(cast: Cast, report: Report) -> None:
    draft = act(cast, "alice", draft_correction, report, FIGURE(LIVE, "348"))
    correct(cast, report, LIVE, "349")

    with pytest.raises(WrongState, match="has changed"):
        act(cast, "sven", propose_correction, draft)
    act(cast, "alice", edit_correction, draft, FIGURE(LIVE, "348"))
    assert act(cast, "sven", propose_correction, draft).state == CorrectionState.PROPOSED


@pytest.mark.parametrize(("value", "more", "match"), [
    ("394", {}, "this is what is published"), ("-1", {}, "zero or more"), ("1.5", {}, "whole number"),
    (None, {"status": "declined"}, "Give a reason"),
])  # fmt: skip
def test_a_value_that_cannot_be_published(
    cast: Cast, report: Report, value: str | None, more: dict[str, str], match: str
) -> None:
    draft = act(cast, "alice", draft_correction, report, FIGURE(LIVE, value, **more))

    with pytest.raises(DomainError, match=match):
        act(cast, "sven", propose_correction, draft)


def test_the_reason_is_given_in_every_language(cast: Cast, report: Report) -> None:
    written = CorrectionInput({LIVE: {"value": "349"}}, {"en": "Wrong."})
    draft = act(cast, "alice", draft_correction, report, written)

    with pytest.raises(DomainError) as refusal:
        act(cast, "sven", propose_correction, draft)
    assert refusal.value.field == "reason_ru"


def test_only_public_values_of_the_report_are_corrected(cast: Cast, report: Report) -> None:
    nowhere = CorrectionPlace.of_text("no-such-story")
    with pytest.raises(DomainError, match="no such value"):
        act(cast, "alice", draft_correction, report, CorrectionInput({nowhere: {"text": "x"}}, REASON))
    unpublished = make_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)
    with pytest.raises(WrongState, match="public"):
        act(cast, "alice", draft_correction, unpublished, FIGURE(LIVE, "349"))


def test_refused_without_permission(cast: Cast, report: Report) -> None:
    with pytest.raises(Forbidden):
        act(cast, "bob", draft_correction, report, FIGURE(LIVE, "349"))
    draft = act(cast, "alice", draft_correction, report, FIGURE(LIVE, "349"))
    with pytest.raises(Forbidden):
        act(cast, "alice", propose_correction, draft)
    act(cast, "sven", propose_correction, draft)
    for name, service in (("sven", agree_to_correction), ("rita", agree_to_correction)):
        with pytest.raises(Forbidden):
            act(cast, name, service, draft)


def test_two_people_write_one_draft(cast: Cast, report: Report) -> None:
    draft = act(cast, "alice", draft_correction, report, FIGURE(LIVE, "348"))
    act(cast, "sven", edit_correction, draft, FIGURE(LIVE, "349"), draft.version)

    with pytest.raises(Conflict, match="Sven changed this on "):
        act(cast, "alice", edit_correction, draft, FIGURE(LIVE, "347"), draft.version)
    with pytest.raises(Conflict, match="You changed this in another window"):
        act(cast, "sven", edit_correction, draft, FIGURE(LIVE, "347"), draft.version)
    for service in (propose_correction, discard_correction):
        with pytest.raises(Conflict, match="You changed this in another window"):
            act(cast, "sven", service, draft, draft.version)
    act(cast, "sven", discard_correction, draft, draft.version + 1)
    for service, arguments in ((edit_correction, [FIGURE(LIVE, "347")]), (discard_correction, [])):
        with pytest.raises(WrongState, match="has been discarded"):
            act(cast, "alice", service, draft, *arguments)
