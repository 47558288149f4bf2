"""What is answered while an interest of who answers is being declared."""

import threading

import pytest
from django.db import connection, transaction

from alliance.enums import CorrectionState, Role
from alliance.models import Correction, Report
from alliance.services.corrections import agree_to_correction, consent_to_correction, object_to_correction
from alliance.services.interests import declare_interest
from portal.kernel.access import acting_as
from portal.kernel.errors import Forbidden
from tests.factories import Cast, make_cycle, make_person, read_cast, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import VERDICT, figures, proposed
from tests.support.published_reports import make_published_report

NEW = {"value": "substantial", "reason": "The log was complete.", "difference": "It weighs most."}


def verdict_to_correct(cast: Cast) -> Correction:
    """Of Aurora, as the member proposes it."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"), verdicts={"find": "limited"})
    return proposed(cast, Report.objects.get(), VERDICT, NEW)


@pytest.mark.django_db(transaction=True)
def test_no_agreement_outlives_the_interest() -> None:
    """Who agrees waits for who declares the interest, and is refused then."""
    cast = read_cast()
    correction = verdict_to_correct(cast)
    max_, mona = actor_of(make_person("Max", cast.secretariat, Role.MANAGER)), cast.actor("mona")
    refused = []

    def agree() -> None:
        try:
            with acting_as(mona):
                agree_to_correction(mona, correction)
        except Forbidden as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    agreeing = threading.Thread(target=agree)
    with transaction.atomic(), acting_as(max_):
        declare_interest(max_, cast.aurora, "She has shares.", cast.mona)
        agreeing.start()
        agreeing.join(timeout=1)
        is_waiting = agreeing.is_alive()
    agreeing.join(timeout=60)

    correction.refresh_from_db()
    assert (is_waiting, len(refused), correction.state) == (True, 1, CorrectionState.PROPOSED)


@pytest.mark.django_db(transaction=True)
def test_a_declaration_takes_the_agreement_before_it_out() -> None:
    """Who declares the interest waits for who has begun to agree, and neither is refused."""
    cast = read_cast()
    correction = verdict_to_correct(cast)
    max_, mona = actor_of(make_person("Max", cast.secretariat, Role.MANAGER)), cast.actor("mona")

    def declare() -> None:
        try:
            with acting_as(max_):
                declare_interest(max_, cast.aurora, "She has shares.", cast.mona)
        finally:
            connection.close()

    declaring = threading.Thread(target=declare)
    with transaction.atomic(), acting_as(mona):
        agreed = agree_to_correction(mona, correction)
        declaring.start()
        declaring.join(timeout=1)
        is_waiting = declaring.is_alive()
    declaring.join(timeout=60)

    correction.refresh_from_db()
    assert (is_waiting, agreed.state, correction.state) == (
        True, CorrectionState.AGREED, CorrectionState.PROPOSED,
    )  # fmt: skip


@pytest.mark.django_db
def test_an_interest_is_asked_anew() -> None:
    """Of somebody whose request began before it was declared."""
    cast = read_cast()
    correction = verdict_to_correct(cast)
    zoe, mona = make_person("Zoe", cast.secretariat, Role.REVIEWER), cast.actor("mona")
    reviewer = actor_of(zoe)
    with acting_as(actor_of(make_person("Max", cast.secretariat, Role.MANAGER))) as max_:
        for person in (zoe, cast.mona):
            declare_interest(max_, cast.aurora, "They have shares.", person)

    with acting_as(mona), pytest.raises(Forbidden):
        object_to_correction(mona, correction, "It was right.")
    with acting_as(reviewer), pytest.raises(Forbidden):
        consent_to_correction(reviewer, correction)
