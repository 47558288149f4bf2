"""Corrections without agreement, after an objection or silence: who decides, and what the record says of it."""

import pytest
from django.test import Client

from alliance.enums import CorrectionState
from alliance.models import (
    Correction,
    Report,
)
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    add_correction_note,
    draft_correction,
    drop_correction,
    edit_correction,
    object_to_correction,
    propose_correction,
)
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.corrections import (
    FIGURE,
    LIVE,
    REASON,
    act,
    let_the_days_pass,
    proposed,
    published_document,
    replied_report,
)
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import second_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cast: Cast) -> Actor:
    """The auditor of the secretariat."""
    return second_person(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return replied_report(cast)


def test_an_objection_is_published_with_the_decision(cast: Cast, report: Report, second: Actor) -> None:
    correction = proposed(cast, report, LIVE, "349", by="mona")
    act(cast, "sven", object_to_correction, correction, "394 is right.")
    with acting_as(second) as otto:
        with pytest.raises(DomainError, match="reason"):
            publish_correction(otto, correction)
        publish_correction(otto, correction, "The log says 349.")

    (entry,) = published_document()["corrections"]
    assert (entry["answer"]["agreed"], entry["answer"]["objection"]) == (False, "394 is right.")
    assert entry["decision"] == "The log says 349."
    number = Publication.objects.latest("number").number
    page = words_of(Client().get(f"/en/publications/{number}/"))
    assert (
        f"{REASON['en']} The objection: 394 is right. Why the secretariat decided so: The log says 349."
        in page
    )


@pytest.mark.parametrize("answer", ["objected", "silent"])
@pytest.mark.parametrize("part", ["proposed", "wrote", "edited"])
def test_without_agreement_a_second_person_decides(
    cast: Cast, report: Report, second: Actor, part: str, answer: str
) -> None:
    """Mona has proposed or written it: she can neither publish nor drop it, only withdraw it."""
    draft = act(cast, "rita" if part != "wrote" else "mona", draft_correction, report, FIGURE(LIVE, "349"))
    if part == "edited":
        act(cast, "mona", edit_correction, draft, FIGURE(LIVE, "349"))
    correction = act(cast, "mona" if part == "proposed" else "rita", propose_correction, draft)
    if answer == "objected":
        act(cast, "sven", object_to_correction, correction, "394 is right.")
    else:
        let_the_days_pass(correction)
    for service in (publish_correction, drop_correction):
        with pytest.raises(DomainError, match="another manager or an auditor decides"):
            act(cast, "mona", service, correction, "It is wrong.")

    with acting_as(second) as otto:
        assert publish_correction(otto, correction, "The log says 349.").state == CorrectionState.PUBLISHED


def test_the_auditor_decides_nothing_that_a_member_proposed(
    cast: Cast, report: Report, second: Actor
) -> None:
    correction = proposed(cast, report, LIVE, "349")
    let_the_days_pass(correction)

    with acting_as(second) as otto:
        for service in (publish_correction, drop_correction):
            with pytest.raises(Forbidden):
                service(otto, correction, "It is wrong.")
    assert act(cast, "mona", publish_correction, correction, "It is.").state == CorrectionState.PUBLISHED


def test_silence_is_no_consent_and_the_record_says_that_there_was_no_answer(
    cast: Cast, report: Report, second: Actor
) -> None:
    correction = proposed(cast, report, LIVE, "349", by="mona")
    with acting_as(second) as otto, pytest.raises(DomainError, match="can still agree or object"):
        publish_correction(otto, correction, "It is wrong.")
    let_the_days_pass(correction)
    with pytest.raises(DomainError, match="day to object is over"):
        act(cast, "sven", object_to_correction, correction, "394 is right.")
    act(cast, "sven", add_correction_note, correction, "394 is right.")

    with acting_as(second) as otto:
        publish_correction(otto, correction, "It is wrong.")

    (entry,) = published_document()["corrections"]
    assert entry["answer"] is None
    page = words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))
    assert "Aurora Video did not answer by" in page
    assert "agrees or objects until" not in page


def test_a_dropped_correction_changes_nothing(cast: Cast, report: Report) -> None:
    correction = proposed(cast, report, LIVE, "349", by="sven")
    act(cast, "mona", object_to_correction, correction, "394 is right.")
    act(cast, "mona", drop_correction, correction, "Nobody could show it.")

    assert Correction.objects.get().state == CorrectionState.DROPPED
    assert Publication.objects.filter(type="report").count() == 1
    with pytest.raises(WrongState):
        act(cast, "mona", publish_correction, correction, "After all.")
