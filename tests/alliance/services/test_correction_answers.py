"""A member that cannot answer was not silent: it is not waited for, the record says why, and its days come back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import CorrectionState, OrganisationState, Role, WaitsFor
from alliance.models import Correction, Membership, Organisation, Person, Report
from alliance.queries.correction_answers import was_without_access
from alliance.queries.correction_steps import correction_acts
from alliance.queries.corrections import is_overdue
from alliance.queries.local_dates import today
from alliance.queries.open_items import open_items
from alliance.queries.published_states import published_state
from alliance.services.account_decisions import reopen_account
from alliance.services.correction_answers import set_answer_days
from alliance.services.correction_publication import publish_correction
from alliance.services.correction_reminders import enqueue_correction_reminders
from alliance.services.corrections import agree_to_correction, drop_correction
from alliance.services.freezing import freeze_account, thaw_account
from alliance.services.organisations import (
    expel_organisation,
    reinstate_organisation,
    suspend_organisation,
    withdraw_organisation,
)
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import LIVE, act, figures, let_the_days_pass, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db
PUBLIC = "nobody who could answer for the member had access to the portal"
LEAVING = pytest.mark.parametrize("leave", [suspend_organisation, withdraw_organisation, expel_organisation])


@pytest.fixture
def report(cast: Cast) -> Report:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    return Report.objects.get()


@pytest.fixture
def correction(cast: Cast, report: Report) -> Correction:
    """Proposed by Rita, of the secretariat."""
    return proposed(cast, report, LIVE, "349", by="rita")


def change(cast: Cast, service: Any) -> None:
    act(cast, "mona", service, Organisation.objects.get(pk=cast.aurora.pk), "The dues are not paid.")


def current(correction: Correction) -> Correction:
    rows = Correction.objects.select_related("report__organisation", "report__cycle__charter")
    return rows.get(pk=correction.pk)


def decisions(cast: Cast, correction: Correction) -> dict[str, str]:
    with acting_as(cast.actor("mona")) as mona:
        row = current(correction)
        acts = correction_acts(mona, row, published_state(row.report))
    return {each.action: each.blocked for each in acts if each.action in ("publish", "drop")}


@LEAVING
def test_without_access_it_is_decided_at_once_and_the_record_says_so(
    cast: Cast, correction: Correction, leave: Any
) -> None:
    before = decisions(cast, correction)
    change(cast, leave)

    assert all("can still agree or object" in why for why in before.values())
    assert decisions(cast, correction) == {"publish": "", "drop": ""}
    assert (current(correction).respond_by, is_overdue(current(correction))) == (None, False)
    with pytest.raises(DomainError, match="reason"):
        act(cast, "mona", publish_correction, correction)
    act(cast, "mona", publish_correction, correction, "The log shows it.")

    (entry,) = read_publication(Publication.objects.filter(type="report").latest("number"))["corrections"]
    assert (entry["answer"], entry["without_access"]) == (None, True)
    with acting_as(SYSTEM):
        event = Event.objects.get(kind="correction.publish")
    assert event.data["without_access"] is True
    assert "unanswered" not in event.data


def test_both_languages_say_so_in_public_and_in_the_documents(
    cast: Cast, correction: Correction, client: Any
) -> None:
    change(cast, expel_organisation)
    act(cast, "mona", publish_correction, correction, "The log shows it.")
    address = f"reports/{correction.report.organisation.slug}/{correction.report.cycle.slug}/"
    english, russian = (words_of(client.get(f"/{code}/{address}")) for code in ("en", "ru"))
    own = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/"))

    assert PUBLIC in english
    assert "the member did not answer" not in english
    assert "доступа к порталу" in russian
    assert "не ответил" not in russian
    assert "Nobody who could answer for the member had access to the portal" in own
    assert "did not answer" not in own


def test_what_is_dropped_says_so_too(cast: Cast, correction: Correction) -> None:
    change(cast, suspend_organisation)
    act(cast, "mona", drop_correction, correction, "The log shows 394.")

    own = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/"))
    assert "Nobody who could answer for the member had access to the portal" in own
    with acting_as(SYSTEM):
        assert Event.objects.get(kind="correction.drop").data["without_access"] is True


def test_the_member_reads_the_same_once_it_has_access_again(cast: Cast, correction: Correction) -> None:
    change(cast, suspend_organisation)
    act(cast, "mona", drop_correction, correction, "The log shows 394.")
    change(cast, reinstate_organisation)

    page = words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))
    assert "Nobody who could answer for the member had access to the portal" in page
    with acting_as(cast.actor("sven")):
        assert was_without_access(current(correction))


def test_the_pages_before_say_what_happens(cast: Cast, correction: Correction) -> None:
    change(cast, suspend_organisation)
    mona, page = signed_in(cast.mona), f"/secretariat/corrections/{correction.pk}/"
    own, before, listed = (
        words_of(mona.get(address)) for address in (page, f"{page}publish/", "/secretariat/corrections/")
    )

    assert "it can be decided without an answer" in own
    assert "agrees or objects until" not in own
    assert "the record says so, with your reason" in before
    assert "did not answer by" not in before
    assert "both sides are notified" not in before
    assert "the decision of a manager or an auditor" in listed
    assert "the member’s answer" not in listed


def test_what_is_proposed_to_a_former_member_has_no_day(cast: Cast, report: Report) -> None:
    change(cast, withdraw_organisation)
    correction = proposed(cast, report, LIVE, "349", by="rita")

    assert correction.respond_by is None
    assert decisions(cast, correction) == {"publish": "", "drop": ""}
    with acting_as(cast.actor("mona")) as mona:
        (item,) = [each for each in open_items(mona, current(correction).report.organisation)
                   if each.kind == "Correction"]  # fmt: skip
    assert (item.waits_for, item.due_on, item.absence) == (WaitsFor.SECRETARIAT, None, "")


def test_who_reads_the_draft_knows_that_nobody_is_asked(cast: Cast, report: Report) -> None:
    from_draft = proposed(cast, report, LIVE, "349", by="rita")
    Correction.objects.filter(pk=from_draft.pk).update(state=CorrectionState.DRAFT, respond_by=None)
    page = f"/secretariat/corrections/{from_draft.pk}/propose/"
    before = words_of(signed_in(cast.rita).get(page))
    change(cast, suspend_organisation)
    after = words_of(signed_in(cast.rita).get(page))

    assert "is notified at once and has" in before
    assert "is notified at once and has" not in after
    assert "it can be decided at once" in after


def test_a_member_without_a_signatory_cannot_answer(cast: Cast, correction: Correction) -> None:
    Membership.objects.filter(organisation=cast.aurora).update(roles=[Role.EDITOR])

    assert decisions(cast, correction) == {"publish": "", "drop": ""}
    set_answer_days()
    assert current(correction).respond_by is None
    act(cast, "mona", publish_correction, correction, "The log shows it.")
    assert current(correction).state == CorrectionState.PUBLISHED


def test_a_member_that_was_silent_until_its_day_stays_so(cast: Cast, correction: Correction) -> None:
    let_the_days_pass(correction)
    change(cast, expel_organisation)
    act(cast, "mona", publish_correction, correction, "The log shows it.")

    (entry,) = read_publication(Publication.objects.filter(type="report").latest("number"))["corrections"]
    assert (entry["answer"], "without_access" in entry) == (None, False)


def test_what_was_left_waiting_before_is_put_right_by_the_schedule(
    cast: Cast, correction: Correction
) -> None:
    """The member lost its access under code that left the day as it was."""
    day = correction.respond_by
    change(cast, suspend_organisation)
    assert day is not None
    Correction.objects.update(respond_by=today() - timedelta(days=1))
    with acting_as(SYSTEM):
        assert set_answer_days() == 0  # the day was over before
    Correction.objects.update(respond_by=day)
    with acting_as(SYSTEM):
        assert (set_answer_days(), set_answer_days()) == (1, 0)
    assert current(correction).respond_by is None


def test_with_access_again_the_member_has_its_days_again(cast: Cast, correction: Correction) -> None:
    change(cast, suspend_organisation)
    change(cast, reinstate_organisation)
    days = timedelta(days=correction.report.cycle.correction_days)

    assert current(correction).respond_by == today() + days
    assert all("can still agree or object" in why for why in decisions(cast, correction).values())
    run_all_jobs()
    with acting_as(SYSTEM):
        assert Event.objects.filter(kind="correction.remind", target_id=correction.pk).count() == 1
    act(cast, "sven", agree_to_correction, correction)
    assert current(correction).state == CorrectionState.AGREED


def test_a_new_signatory_has_the_days_and_until_they_are_set_nobody_decides(
    cast: Cast, correction: Correction
) -> None:
    Membership.objects.filter(organisation=cast.aurora).update(roles=[Role.EDITOR])
    set_answer_days()
    nina = actor_of(make_person("Nina", cast.aurora, Role.SIGNATORY))

    assert all("within a day it is given its days" in why for why in decisions(cast, correction).values())
    with acting_as(SYSTEM):
        assert set_answer_days() == 1
    assert current(correction).respond_by is not None
    with acting_as(nina):
        agree_to_correction(nina, correction)


def freeze_and_thaw(mona: Actor, sven: Person, between: Callable[[], object]) -> None:
    freeze_account(mona, sven, "His laptop was stolen.")
    between()
    thaw_account(mona, sven, "He called from the office.")


def close_and_reopen(mona: Actor, sven: Person, between: Callable[[], object]) -> None:
    Person.objects.filter(pk=sven.pk).update(is_active=False)  # the page refuses it for the last signatory
    set_answer_days()
    between()
    reopen_account(mona, Person.objects.get(pk=sven.pk), "He is back.")


@pytest.mark.parametrize("leave_and_return", [freeze_and_thaw, close_and_reopen])
def test_with_the_account_of_its_only_signatory_open_again_the_member_has_its_days(
    cast: Cast, correction: Correction, leave_and_return: Callable[..., None]
) -> None:
    """It has none from the moment on in which the account is frozen, whenever the schedule runs."""
    days: list[object] = []

    def note_day() -> None:
        days.append(current(correction).respond_by)

    with acting_as(cast.actor("mona")) as mona:
        leave_and_return(mona, cast.sven, note_day)

    assert days == [None]
    assert current(correction).respond_by == today() + timedelta(days=14)


def test_until_the_days_are_set_the_page_says_that_they_follow(cast: Cast, correction: Correction) -> None:
    Membership.objects.filter(organisation=cast.aurora).update(roles=[Role.EDITOR])
    set_answer_days()
    make_person("Nina", cast.aurora, Role.SIGNATORY)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/"))

    assert "Somebody with access can answer for the member again: within a day" in page
    assert "Waits for: the member’s answer" in page
    assert "withdrawn" not in page


def test_the_schedule_asks_as_often_for_many_proposals_and_locks_those_alone_that_change(
    cast: Cast, correction: Correction
) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert set_answer_days() == 0
        return own_queries(queries)

    def another() -> None:
        row = current(correction)
        row.pk = None
        row.save(force_insert=True)

    counts = []
    for is_over in (False, True):
        if is_over:  # silent until its day, and without access since
            let_the_days_pass(correction)
            Correction.objects.update(respond_by=today() - timedelta(days=1))
            Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.FORMER)
        before = asked()
        another()
        another()
        after = asked()
        counts.append(len(after) - len(before))
        assert not any("FOR UPDATE" in statement for statement in after)
    assert counts == [0, 0]


def test_who_cannot_answer_is_not_reminded(cast: Cast, correction: Correction) -> None:
    Correction.objects.update(
        respond_by=today() + timedelta(days=1), proposed_at=correction.proposed_at - timedelta(days=9)
    )
    with acting_as(SYSTEM):
        assert enqueue_correction_reminders() == 1
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.FORMER)
    run_all_jobs()

    with acting_as(SYSTEM):
        assert not Event.objects.filter(kind="correction.remind").exists()
