"""What becomes of corrections, of their days to answer, and of replies while their report is withdrawn."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import OrganisationState, Role
from alliance.models import (
    Correction,
    Organisation,
    PublishedFigure,
    Report,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.queries.corrections import (
    WAITING,
    corrections,
    due_correction_reminders,
    is_overdue,
)
from alliance.queries.local_dates import today
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    agree_to_correction,
    draft_correction,
    drop_correction,
    object_to_correction,
)
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from alliance.services.responses import respond_to_verdicts
from alliance.services.withdrawals import (
    publish_again,
)
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date
from tests.factories import Cast, make_person
from tests.support.corrections import FIGURE, LIVE, REPLY, VERDICT, correct, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.query_log import own_queries
from tests.support.withdrawals import (
    publish_report_with_reply,
    withdraw,
)

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def published(cast: Cast) -> Publication:
    return publish_report_with_reply(cast)


def test_a_correction_keeps_its_number_when_the_report_is_published_again(
    cast: Cast, published: Publication, client: Client
) -> None:
    correct(cast, Report.objects.get(), LIVE, "349")
    corrected = Publication.objects.get(type="report", revision=2)
    request = withdraw(cast, corrected)

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")

    live = PublishedFigure.objects.current().get(service__slug="aurora-live")
    assert live.corrected_in == corrected.number
    page = words_of(client.get(PAGE))
    assert "Published again on" in page
    assert "What was corrected" in page
    assert f"No. {corrected.number}" in page
    number = Publication.objects.get(type="report", revision=3).number
    for address in ("reports/", "cycles/2026-h1/", "members/aurora-video/"):
        assert f"{number} Published again Revision 3" in words_of(client.get(f"/en/{address}")), address
    kinds = TimelineEntry.objects.current().order_by("valid_from").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["report", "response"]


def test_verdicts_to_look_at_again_do_not_wait_while_their_report_is_withdrawn(
    cast: Cast, published: Publication
) -> None:
    row = correct(cast, Report.objects.get(), LIVE, "349")
    Correction.objects.update(check_verdicts_by=today() - timedelta(days=1))
    mona, url = signed_in(cast.mona), f"/secretariat/corrections/{row.pk}/"
    assert "Waits for: a second look at the verdicts overdue" in words_of(mona.get(url))

    request = withdraw(cast, Publication.objects.get(type="report", revision=2))
    row.refresh_from_db()
    with acting_as(cast.actor("mona")) as actor:
        waiting = corrections(actor).filter(WAITING)
        assert (row.check_waits, is_overdue(row), waiting.exists()) == (False, False, False)
        page = words_of(mona.get(url))
        assert "Waits for" not in page
        assert "its verdicts are looked at once it is public again" in page

        publish_again(actor, request, "It was theirs after all.")
        again = waiting.get()
    days = row.report.cycle.correction_days
    assert (len(again.verdicts_to_check), again.check_verdicts_by) == (2, today() + timedelta(days=days))


@pytest.mark.parametrize("reinstated_first", [True, False])
@pytest.mark.parametrize(("withdrawn", "suspended"), [(5, 8), (8, 5), (8, 8)])
def test_days_without_access_and_without_the_report_come_back_once(
    cast: Cast, published: Publication, withdrawn: int, suspended: int, *, reinstated_first: bool
) -> None:
    """Ten days were left eight days ago, when the first of the two began; both end today."""
    request = withdraw(cast, published)
    Report.objects.update(respond_by=today() + timedelta(days=2), concluded_at=None)
    WithdrawnPublication.objects.update(at=clock.now() - timedelta(days=withdrawn))
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    with acting_as(SYSTEM):
        Event.objects.create(
            kind="organisation.suspend", actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=suspended),
        )  # fmt: skip

    with acting_as(cast.actor("mona")) as actor:
        if reinstated_first:
            reinstate_organisation(actor, Organisation.objects.get(pk=cast.aurora.pk))
        publish_again(actor, request, "It was theirs after all.")
        if not reinstated_first:
            reinstate_organisation(actor, Organisation.objects.get(pk=cast.aurora.pk))

    assert Report.objects.get().respond_by == today() + timedelta(days=10)


def test_nobody_replies_to_a_withdrawn_report_and_the_days_that_were_left_come_back(
    cast: Cast, published: Publication, mailoutbox: list[EmailMessage]
) -> None:
    Report.objects.update(respond_by=today() + timedelta(days=5))
    url = f"/workspace/reports/{Report.objects.get().pk}/verdicts/"
    assert "Write a reply" in words_of(signed_in(cast.sven).get(url))
    request = withdraw(cast, published)
    WithdrawnPublication.objects.update(at=clock.now() - timedelta(days=3))

    assert "Write a reply" not in words_of(signed_in(cast.sven).get(url))
    with acting_as(cast.actor("sven")) as actor, pytest.raises(WrongState, match="once it is public again"):
        respond_to_verdicts(actor, Report.objects.get(), None, "We will.", "en")

    again = f"/secretariat/withdrawals/{request.pk}/undo/"
    page = signed_in(cast.mona).get(again)
    assert f"reply to its verdicts until {format_date(today() + timedelta(days=8))}" in page.text
    Report.objects.update(respond_by=today() - timedelta(days=4))
    assert "reply to its verdicts" not in signed_in(cast.mona).get(again).text
    Report.objects.update(respond_by=today() + timedelta(days=5))
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    assert Report.objects.get().respond_by == today() + timedelta(days=8)
    run_all_jobs()
    letter = next(
        each for each in mailoutbox if "public again" in each.subject and each.to == [cast.sven.email]
    )
    assert f"A signatory may reply until {format_date(today() + timedelta(days=8))}" in str(letter.body)
    with acting_as(cast.actor("sven")) as actor:
        respond_to_verdicts(actor, Report.objects.get(), None, "We will.", "en")


def test_a_reply_is_withdrawn_while_a_correction_of_it_is_open(cast: Cast, published: Publication) -> None:
    correction = proposed(cast, Report.objects.get(), REPLY, {"text": "So it is not."})
    withdraw(cast, Publication.objects.get(type="response"))

    correction.refresh_from_db()
    assert correction.respond_by is None
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(DomainError, match="it can be answered once it is public again"):
            agree_to_correction(actor, correction)
        with pytest.raises(DomainError, match="The reply is withdrawn"):
            publish_correction(actor, correction)
        assert drop_correction(actor, correction, "The reply is withdrawn.").state == "dropped"


def test_a_proposal_can_be_answered_anew_once_the_report_is_public_again(
    cast: Cast, published: Publication
) -> None:
    """Nobody could answer meanwhile: their days do not run, nobody is reminded, and no silence is put down to them."""
    correction = proposed(cast, Report.objects.get(), LIVE, "349", by="rita")
    request = withdraw(cast, published)
    correction.refresh_from_db()
    assert (correction.respond_by, is_overdue(correction)) == (None, False)
    assert due_correction_reminders() == []
    page = words_of(signed_in(cast.sven).get(f"/workspace/corrections/{correction.pk}/"))
    assert "Waits for: what it corrects to be public again" in page
    assert "349" in page
    assert "Once it is public again, Aurora Video will again have 14 days" in page

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")

    moves = words_of(signed_in(cast.mona).get(f"/secretariat/withdrawals/{request.pk}/"))
    assert "Publication withdrawn Otto" in moves  # who consented, after another has published it again
    assert "Withdrawn publication published again Mona" in moves
    correction.refresh_from_db()
    assert correction.respond_by == today() + timedelta(days=14)
    with acting_as(cast.actor("sven")) as actor:
        assert object_to_correction(actor, correction, "It was right.").state == "objected"


def test_many_proposals_get_their_days_anew_with_as_many_queries_as_one(
    cast: Cast, published: Publication
) -> None:
    proposed(cast, Report.objects.get(), LIVE, "349", by="rita")
    proposed(cast, Report.objects.get(), VERDICT, {"value": "limited", "reason": "The log was complete."})

    def asked() -> int:
        request = withdraw(cast, Publication.objects.filter(type="report").latest("number"))
        assert not Correction.objects.filter(respond_by__isnull=False).exists()
        with acting_as(cast.actor("mona")) as actor, CaptureQueriesContext(connection) as queries:
            publish_again(actor, request, "It was theirs after all.")
        return len(own_queries(queries))

    before = asked()
    for correction in Correction.objects.all():
        for _each in range(3):
            correction.pk = None
            correction.save(force_insert=True)

    assert asked() == before
    assert set(Correction.objects.values_list("respond_by", flat=True)) == {today() + timedelta(days=14)}


def test_of_a_suspended_member_it_does_not_say_that_its_days_follow(
    cast: Cast, published: Publication
) -> None:
    correction = proposed(cast, Report.objects.get(), LIVE, "349", by="rita")
    withdraw(cast, published)
    mona, url = signed_in(cast.mona), f"/secretariat/corrections/{correction.pk}/"
    before = words_of(mona.get(url))
    with acting_as(cast.actor("mona")) as actor:
        suspend_organisation(actor, cast.aurora, "The dues are not paid.")
    after, listed = words_of(mona.get(url)), words_of(mona.get("/secretariat/corrections/"))

    assert "Once it is public again, Aurora Video will again have 14 days" in before
    assert "Once it is public again" not in after
    assert "Nobody who could answer for the member has access to the portal" in after
    for page in (after, listed):
        assert "the decision of a manager or an auditor" in page
        assert "what it corrects to be public again" not in page
    with acting_as(cast.actor("mona")) as actor:
        drop_correction(actor, correction, "The report is withdrawn.")
    assert "Nobody who could answer for the member had access to the portal" in words_of(mona.get(url))


def test_a_correction_of_a_report_that_is_withdrawn_is_dropped_at_once(
    cast: Cast, published: Publication
) -> None:
    """It can no longer be published, so nobody waits for an answer."""
    correction = proposed(cast, Report.objects.get(), LIVE, "349")
    withdraw(cast, published)
    mona = signed_in(cast.mona)

    url = f"/secretariat/corrections/{correction.pk}/"
    page, agreeing = words_of(mona.get(url)), words_of(mona.get(f"{url}agree/"))
    with acting_as(cast.actor("mona")) as actor:
        for act in (agree_to_correction, publish_correction):
            with pytest.raises(DomainError):
                act(actor, correction)
        dropped = drop_correction(actor, correction, "The report is withdrawn.")

    assert "The report is withdrawn: drop the correction, or publish the report again first." in page
    assert "349" in page  # what it would change
    assert "it can be answered once it is public again" in agreeing
    assert dropped.state == "dropped"


def test_a_withdrawn_report_has_no_steps_of_a_correction(cast: Cast, published: Publication) -> None:
    """Its draft is not proposed, and a second reviewer does not consent."""
    report = Report.objects.get()
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    with acting_as(cast.actor("mona")) as mona:
        draft = draft_correction(mona, report, FIGURE(LIVE, "349"))
    verdict = proposed(cast, report, VERDICT, {"value": "limited", "reason": "The log was complete."})
    withdraw(cast, published)
    desk, url = signed_in(cast.mona), f"/secretariat/corrections/{draft.pk}/"

    page, proposing = desk.get(url), words_of(desk.get(f"{url}propose/"))
    consenting = words_of(signed_in(zoe).get(f"/secretariat/corrections/{verdict.pk}/consent/"))

    assert [f"{url}{step}/" in page.text for step in ("edit", "propose", "discard")] == [False, False, True]
    assert "Only what is public can be corrected" in proposing
    assert "is named below" not in proposing
    assert "a second reviewer can consent once it is public again" in consenting
