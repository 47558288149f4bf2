"""Of two who decide about a correction or a withdrawal at the same moment the second learns who was first, and when."""

from collections.abc import Callable
from typing import Any

import pytest

from alliance.enums import Role
from alliance.models import Report
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    drop_correction,
    edit_correction,
    object_to_correction,
    propose_correction,
    withdraw_correction,
)
from alliance.services.withdrawals import consent_to_withdrawal, take_back_withdrawal
from portal.kernel.access import Actor, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, actor_of, make_cycle, make_person, read_cast, read_charter
from tests.support.corrections import FIGURE, LIVE, VERDICT, WORSE, figures, proposed, replied_report
from tests.support.published_reports import make_published_report
from tests.support.races import Acts, act_at_once, by, without_moments
from tests.support.withdrawals import ask_to_withdraw, second_person

pytestmark = pytest.mark.django_db(transaction=True)


def colleague(cast: Cast, name: str, role: Role) -> Actor:
    """Somebody else of the secretariat."""
    return actor_of(make_person(name, cast.secretariat, role))


def second_signatory(cast: Cast) -> Actor:
    return actor_of(make_person("Sara", cast.aurora, Role.SIGNATORY))


def both_propose(cast: Cast) -> Acts:
    report = replied_report(cast)
    with acting_as(cast.actor("sven")) as sven:
        draft = draft_correction(sven, report, FIGURE(LIVE, "349"))
    sara = second_signatory(cast)
    return (
        by(sven, propose_correction, draft, draft.version),
        by(sara, propose_correction, draft, draft.version),
    )


def edited_while_proposed(cast: Cast) -> Acts:
    propose, _again = both_propose(cast)
    draft = Report.objects.get().corrections.get()
    return propose, by(cast.actor("alice"), edit_correction, draft, FIGURE(LIVE, "350"), draft.version)


def both_agree(cast: Cast) -> Acts:
    correction = proposed(cast, replied_report(cast), LIVE, "349")
    max_ = colleague(cast, "Max", Role.MANAGER)
    return by(cast.actor("mona"), agree_to_correction, correction), by(max_, agree_to_correction, correction)


def objected_while_agreed(cast: Cast) -> Acts:
    correction = proposed(cast, replied_report(cast), LIVE, "349", by="mona")
    sara = second_signatory(cast)
    return (
        by(cast.actor("sven"), agree_to_correction, correction),
        by(sara, object_to_correction, correction, "394 is right."),
    )


def agreed(cast: Cast) -> Any:
    correction = proposed(cast, replied_report(cast), LIVE, "349")
    by(cast.actor("mona"), agree_to_correction, correction)()
    return correction


def both_publish_correction(cast: Cast) -> Acts:
    correction, max_ = agreed(cast), colleague(cast, "Max", Role.MANAGER)
    return by(cast.actor("mona"), publish_correction, correction), by(max_, publish_correction, correction)


def dropped_while_published(cast: Cast) -> Acts:
    correction, max_ = agreed(cast), colleague(cast, "Max", Role.MANAGER)
    return (
        by(cast.actor("mona"), publish_correction, correction),
        by(max_, drop_correction, correction, "It is right."),
    )


def withdrawn_while_published(cast: Cast) -> Acts:
    correction = agreed(cast)
    return (
        by(cast.actor("mona"), publish_correction, correction),
        by(cast.actor("sven"), withdraw_correction, correction),
    )


def both_consent_to_verdict(cast: Cast) -> Acts:
    correction = proposed(cast, replied_report(cast), VERDICT, WORSE)
    zoe, roy = (colleague(cast, name, Role.REVIEWER) for name in ("Zoe", "Roy"))
    return by(zoe, consent_to_correction, correction), by(roy, consent_to_correction, correction)


def withdrawal(cast: Cast) -> Any:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    return ask_to_withdraw(cast, Publication.objects.get(type="report"))


def both_consent_to_withdrawal(cast: Cast) -> Acts:
    request, max_ = withdrawal(cast), colleague(cast, "Max", Role.MANAGER)
    return by(second_person(cast), consent_to_withdrawal, request), by(max_, consent_to_withdrawal, request)


def taken_back_while_consented(cast: Cast) -> Acts:
    request = withdrawal(cast)
    return (
        by(second_person(cast), consent_to_withdrawal, request),
        by(cast.actor("mona"), take_back_withdrawal, request),
    )


@pytest.mark.parametrize(
    ("make_acts", "sentence"),
    [
        (both_propose, "the state is “Proposed”. Correction proposed: Sven, {at}."),
        (edited_while_proposed, "it can no longer be edited. Correction proposed: Sven, {at}."),
        (both_agree, "the state is “Agreed”. Correction agreed to: Mona, {at}."),
        (objected_while_agreed, "the state is “Agreed”. Correction agreed to: Sven, {at}."),
        (both_publish_correction, "the state is “Published”. Correction published: Mona, {at}."),
        (dropped_while_published, "the state is “Published”. Correction published: Mona, {at}."),
        (withdrawn_while_published, "Correction published: the secretariat, {at}."),
        (
            both_consent_to_verdict,
            "This has already been done. Correction of a verdict consented to: Zoe, {at}.",
        ),
        (both_consent_to_withdrawal, "Publication withdrawn: Otto, {at}."),
        (taken_back_while_consented, "Publication withdrawn: Otto, {at}."),
    ],
)
def test_a_second_decision_names_the_first(make_acts: Callable[[Cast], Acts], sentence: str) -> None:
    second = act_at_once(*make_acts(read_cast()))

    assert second.waited
    assert sentence in without_moments(second.refusal)
