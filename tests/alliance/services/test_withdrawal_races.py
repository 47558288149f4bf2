"""What is withdrawn and proposed for correction at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from alliance.enums import CorrectionState, OrganisationState, Role
from alliance.models import Pledge, PublishedPledge, PublishedReport, Report, WithdrawnPublication
from alliance.services.corrections import CorrectionInput, draft_correction, propose_correction
from alliance.services.pledges import (
    TargetDraft,
    draft_pledge,
    publish_pledge,
    sign_pledge,
    withdraw_pledge,
)
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal, publish_again
from alliance.validators.corrections import CorrectionPlace
from alliance.workflows import ORGANISATION
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.publishing import Publication, hold_publications, rebuild, touch_public_revision
from tests.factories import make_cycle, make_person, make_report, read_cast, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import REASON
from tests.support.pledges import WORDS, draft_with
from tests.support.published_reports import make_published_report


@pytest.mark.django_db(transaction=True)
def test_no_target_is_proposed_for_correction_while_its_pledge_is_being_withdrawn() -> None:
    """Who proposes waits for who consents, and reads then that the value is not public any more."""
    cast = read_cast()
    make_published_report(make_cycle(read_charter()), cast.aurora)
    target = TargetDraft("Nine in ten pieces", date(2027, 6, 30), "found-proactively", Decimal(90))
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_pledge(sven, draft_pledge(sven, cast.aurora, draft_with(targets=[target])))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)
    pledge = Pledge.objects.get()
    place = CorrectionPlace.of_target(str(pledge.record), 1, pledge.commitment_key)
    with acting_as(cast.actor("sven")) as sven:
        draft = draft_correction(
            sven, Report.objects.get(), CorrectionInput({place: {"value": "80"}}, REASON)
        )
    with acting_as(cast.actor("mona")) as mona:
        request = ask_for_withdrawal(mona, Publication.objects.get(type="pledge"), REASON)
    second, sven = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR)), cast.actor("sven")
    refused = []

    def propose() -> None:
        try:
            with acting_as(sven):
                propose_correction(sven, draft)
        except WrongState as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    proposing = threading.Thread(target=propose)
    with transaction.atomic(), acting_as(second):
        consent_to_withdrawal(second, request)
        proposing.start()
        proposing.join(timeout=2)
        is_waiting = proposing.is_alive()
    proposing.join(timeout=60)

    draft.refresh_from_db()
    assert (is_waiting, len(refused), draft.state) == (True, 1, CorrectionState.DRAFT)


@pytest.mark.django_db(transaction=True)
def test_a_pledge_that_its_member_ends_while_it_is_being_published_again_is_public_as_ended() -> None:
    """The member waits for who publishes it again, and finds it public then."""
    cast = read_cast()
    make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_pledge(sven, draft_pledge(sven, cast.aurora, WORDS))
    with acting_as(SYSTEM):
        pledge = publish_pledge(SYSTEM, signed)
    with acting_as(cast.actor("mona")) as mona:
        asked = ask_for_withdrawal(mona, Publication.objects.get(type="pledge"), REASON)
    second, sven = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR)), cast.actor("sven")
    with acting_as(second):
        request = consent_to_withdrawal(second, asked)

    def end() -> None:
        try:
            with acting_as(sven):
                withdraw_pledge(sven, pledge, "We end the service.")
        finally:
            connection.close()

    ending = threading.Thread(target=end)
    with transaction.atomic(), acting_as(cast.actor("mona")) as mona:
        publish_again(mona, request, "It was theirs after all.")
        ending.start()
        ending.join(timeout=1)
        is_waiting = ending.is_alive()
    ending.join(timeout=60)

    public = PublishedPledge.objects.current().get()
    assert (is_waiting, public.state, public.ended_reason) == (True, "withdrawn", "We end the service.")


@pytest.mark.django_db(transaction=True)
def test_a_step_that_publishes_beside_a_rebuild_of_the_projections(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has its row and waits for the number; the rebuild writes of that row, and does not wait for it in turn."""
    cast = read_cast()
    make_published_report(make_cycle(read_charter()), cast.aurora)
    is_filled, has_row, may_end = threading.Event(), threading.Event(), threading.Event()

    def hold_on() -> None:
        is_filled.set()
        assert may_end.wait(60)

    monkeypatch.setattr("portal.kernel.publishing.projections.touch_public_revision", hold_on)

    def make_anew() -> None:
        with acting_as(SYSTEM):
            rebuild()
        connection.close()

    def suspend() -> None:
        with transaction.atomic(), acting_as(cast.actor("mona")) as mona:
            ORGANISATION.apply(mona, cast.aurora, "suspend")
            has_row.set()
            hold_publications()
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        rebuilding = pool.submit(make_anew)
        assert is_filled.wait(60)
        suspending = pool.submit(suspend)
        assert has_row.wait(60)
        is_waiting = not wait([suspending], timeout=1).done
        may_end.set()
        rebuilding.result(60)
        suspending.result(60)

    assert is_waiting
    cast.aurora.refresh_from_db()
    assert cast.aurora.state == OrganisationState.SUSPENDED
    assert PublishedReport.objects.current().exists()


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_beside_a_rebuild_of_the_projections(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits, and ends what is public then; without that it would end rows that are gone, and leave the new ones."""
    cast = read_cast()
    publication = make_published_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("mona")) as mona:
        request = ask_for_withdrawal(mona, publication, REASON)
    second = actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))
    is_filled, may_end, limits = threading.Event(), threading.Event(), list[Any]()

    def hold_on() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            limits.append(cursor.fetchone())
        is_filled.set()
        assert may_end.wait(60)
        touch_public_revision()

    monkeypatch.setattr("portal.kernel.publishing.projections.touch_public_revision", hold_on)

    def make_anew() -> None:
        with acting_as(SYSTEM), connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '30s'")  # as the portal's connections have it
            rebuild()
        connection.close()

    def consent() -> None:
        with acting_as(second):
            consent_to_withdrawal(second, request)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        rebuilding = pool.submit(make_anew)
        assert is_filled.wait(60)
        withdrawing = pool.submit(consent)
        is_waiting = not wait([withdrawing], timeout=1).done
        may_end.set()
        rebuilding.result(60)
        withdrawing.result(60)

    assert (is_waiting, limits) == (True, [("0",)])
    assert not PublishedReport.objects.current().exists()
    assert WithdrawnPublication.objects.current().count() == 1
