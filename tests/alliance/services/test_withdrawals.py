"""Withdrawals of publications: a reason, a second person, what leaves the public pages and what stays, the way back."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from alliance.documents.report.facts import published_report_facts
from alliance.enums import Role, WithdrawalState
from alliance.models import (
    Correction,
    Person,
    PublishedFigure,
    PublishedReport,
    PublishedVerdict,
    Report,
    TimelineEntry,
    Withdrawal,
    WithdrawnPublication,
)
from alliance.queries.corrections import (
    WAITING,
    corrections,
    due_correction_reminders,
    is_overdue,
)
from alliance.queries.local_dates import today
from alliance.queries.public.obligations import standing_counts
from alliance.queries.public.promises import promise_sums
from alliance.queries.public.verdict_matrix import commitment_tallies
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    agree_to_correction,
    draft_correction,
    drop_correction,
    object_to_correction,
)
from alliance.services.pledges import TargetDraft, draft_pledge, publish_pledge, sign_pledge
from alliance.services.responses import respond_to_verdicts
from alliance.services.withdrawals import (
    ask_for_withdrawal,
    consent_to_withdrawal,
    publish_again,
    refuse_withdrawal,
    take_back_withdrawal,
    withdrawal_blocking_reason,
)
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.notices import Channel, Delivery
from portal.kernel.publishing import Publication, rebuild
from portal.kernel.text import format_date
from practices.enums import Label
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of
from tests.factories.practices import make_shared
from tests.support.corrections import FIGURE, LIVE, REPLY, VERDICT, correct, figures, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
REASON = {"en": "It was not theirs.", "ru": "Это был не их отчёт."}
PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def published(cast: Cast) -> Publication:
    cycle = make_cycle(read_charter())
    publication = make_published_report(
        cycle,
        cast.aurora,
        figures("2960", "394"),
        verdicts={"find": "limited"},
        replies={"find": "So it is."},
    )
    make_published_cycle(cycle)
    return publication


@pytest.fixture
def second(cast: Cast) -> Actor:
    return actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))


def asked(cast: Cast, publication: Publication) -> Withdrawal:
    with acting_as(cast.actor("mona")) as actor:
        return ask_for_withdrawal(actor, publication, REASON)


def withdrawn(cast: Cast, publication: Publication, second: Actor) -> Withdrawal:
    request = asked(cast, publication)
    with acting_as(second) as actor:
        return consent_to_withdrawal(actor, request)


def test_nothing_changes_before_a_second_person_consents(
    cast: Cast, published: Publication, client: Client
) -> None:
    request = asked(cast, published)
    with pytest.raises(DomainError, match="Another person"):
        consent_to_withdrawal(cast.actor("mona"), request)
    with pytest.raises(Forbidden):
        consent_to_withdrawal(cast.actor("rita"), request)
    with pytest.raises(WrongState, match="asked for it already"):
        asked(cast, published)

    assert "Withdrawn on" not in words_of(client.get(PAGE))


def test_a_withdrawn_report_says_so_first_and_leaves_everything_else(
    cast: Cast, published: Publication, second: Actor, client: Client
) -> None:
    request = withdrawn(cast, published, second)

    for address in (PAGE, f"{PAGE}?revision=1"):
        page = words_of(client.get(address))
        assert page.index(REASON["en"]) < page.index("2,960")
        assert "So it is." in page
        assert "which was replaced" not in page
    for model in (PublishedReport, PublishedFigure, PublishedVerdict):
        assert not model.objects.current().exists()
    assert list(TimelineEntry.objects.current().values_list("kind", flat=True)) == ["withdrawal"]
    feed = client.get("/en/feed.atom").text
    assert f"/publications/{published.number}/" not in feed
    assert f"/publications/{request.published_as}/" in feed
    assert PAGE not in client.get("/en/reports/").text
    assert client.get("/en/reports/aurora-video/2026-h1.csv").status_code == 410
    problem = client.get("/api/v1/reports/aurora-video/2026-h1/")
    assert (problem.status_code, problem.json()["detail"]) == (410, REASON["en"])
    assert problem.json()["withdrawn_by"] == request.published_as
    assert REASON["en"] in words_of(client.get(f"/en/publications/{published.number}/"))
    with pytest.raises(WrongState, match="public can be corrected"):
        draft_correction(cast.actor("alice"), Report.objects.get(), FIGURE(LIVE, "349"))
    before = PublishedFigure.objects.order_by("pk").values_list("valid_from", "valid_to", "value")
    rows = list(before)
    rebuild()
    assert list(before) == rows


def test_the_cycle_and_the_member_say_that_the_report_is_withdrawn(
    cast: Cast, published: Publication, second: Actor, client: Client
) -> None:
    withdrawn(cast, published, second)

    cycle = words_of(client.get("/en/cycles/2026-h1/"))
    assert "No member had to report" not in cycle
    assert "no report is public, 1 withdrawn" in cycle
    assert "Aurora Video Withdrawn" in cycle
    member = words_of(client.get("/en/members/aurora-video/"))
    assert "No reports published yet" not in member
    assert "Half 1 of 2026 Withdrawn" in member
    assert "Withdrawn" in words_of(client.get("/en/commitments/find/"))


def test_only_a_new_publication_undoes_it(
    cast: Cast, published: Publication, second: Actor, client: Client
) -> None:
    request = withdrawn(cast, published, second)

    with acting_as(cast.actor("mona")) as actor:
        done = publish_again(actor, request, "It was theirs after all.")

    assert done.state == WithdrawalState.UNDONE
    assert Publication.objects.get(type="report", revision=2).previous_id == published.number
    assert PublishedFigure.objects.current().count() == 2
    page = words_of(client.get(PAGE))
    assert "Withdrawn on" not in page
    assert "Published again on" in page
    assert "Corrected on" not in page
    assert "So it is." in page
    assert Publication.objects.get(type="response", revision=2).number > done.published_as
    again, reply = Publication.objects.filter(revision=2).order_by("number")
    assert again.title["en"] == "Aurora Video: the report is public again, Half 1 of 2026"
    listed = client.get("/en/publications/").context["publications"]
    kinds = {int(row.number): row.kind_word for row in listed}
    assert (kinds[again.number], kinds[reply.number]) == ("Published again", "Published again")
    assert client.get(f"/en/publications/{reply.number}/").context["kind"] == "Published again"
    for address in ("reports/", "cycles/2026-h1/", "members/aurora-video/"):
        words = words_of(client.get(f"/en/{address}"))
        assert f"{again.number} Published again" in words, address
        assert "Revision 2" not in words, address


def test_a_correction_keeps_its_number_when_the_report_is_published_again(
    cast: Cast, published: Publication, second: Actor, client: Client
) -> None:
    correct(cast, Report.objects.get(), LIVE, "349")
    corrected = Publication.objects.get(type="report", revision=2)
    request = withdrawn(cast, corrected, second)

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
    cast: Cast, published: Publication, second: Actor
) -> None:
    row = correct(cast, Report.objects.get(), LIVE, "349")
    Correction.objects.update(check_verdicts_by=today() - timedelta(days=1))
    mona, url = signed_in(cast.mona), f"/secretariat/corrections/{row.pk}/"
    assert "Waits for: a second look at the verdicts overdue" in words_of(mona.get(url))

    request = withdrawn(cast, Publication.objects.get(type="report", revision=2), second)
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


def test_nobody_replies_to_a_withdrawn_report_and_the_days_that_were_left_come_back(
    cast: Cast, published: Publication, second: Actor, mailoutbox: list[EmailMessage]
) -> None:
    Report.objects.update(respond_by=today() + timedelta(days=5))
    url = f"/workspace/reports/{Report.objects.get().pk}/verdicts/"
    assert "Write a reply" in words_of(signed_in(cast.sven).get(url))
    request = withdrawn(cast, published, second)
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


def test_a_reply_is_withdrawn_alone(
    cast: Cast, published: Publication, second: Actor, client: Client
) -> None:
    reply = Publication.objects.get(type="response")
    review = f"/secretariat/reviews/{Report.objects.get().pk}/"
    for number in (published.number, reply.number):
        form = f"/secretariat/publications/{number}/withdraw/"
        assert form in signed_in(cast.mona).get(review).text
        assert form not in signed_in(cast.rita).get(review).text
    assert "Withdraw the reply: 1 Find" in words_of(signed_in(cast.mona).get(review))

    request = withdrawn(cast, reply, second)

    page = words_of(client.get(PAGE))
    assert "So it is." not in page
    assert "2,960" in page
    assert not published_report_facts(published.number).replies  # in its PDF

    withdrawn(cast, published, second)
    with acting_as(cast.actor("mona")) as actor, pytest.raises(WrongState, match="publish that again first"):
        publish_again(actor, request, "It was theirs after all.")


def test_a_reply_is_withdrawn_while_a_correction_of_it_is_open(
    cast: Cast, published: Publication, second: Actor
) -> None:
    correction = proposed(cast, Report.objects.get(), REPLY, {"text": "So it is not."})
    withdrawn(cast, Publication.objects.get(type="response"), second)

    correction.refresh_from_db()
    assert correction.stands_still
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(DomainError, match="it can be answered once it is public again"):
            agree_to_correction(actor, correction)
        with pytest.raises(DomainError, match="The reply is withdrawn"):
            publish_correction(actor, correction)
        assert drop_correction(actor, correction, "The reply is withdrawn.").state == "dropped"


def test_a_proposal_can_be_answered_anew_once_the_report_is_public_again(
    cast: Cast, published: Publication, second: Actor
) -> None:
    """Nobody could answer meanwhile: their days do not run, nobody is reminded, and no silence is put down to them."""
    correction = proposed(cast, Report.objects.get(), LIVE, "349", by="rita")
    request = withdrawn(cast, published, second)
    correction.refresh_from_db()
    assert (correction.stands_still, is_overdue(correction)) == (True, False)
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


def test_consent_is_not_asked_for_a_revision_that_was_followed_by_another(
    cast: Cast, published: Publication, second: Actor
) -> None:
    request = asked(cast, published)
    correct(cast, Report.objects.get(), LIVE, "349")
    otto, url = signed_in(Person.objects.get(name="Otto")), f"/secretariat/withdrawals/{request.pk}/"

    for address in (url, f"{url}publish/"):
        assert "The record has a later revision" in words_of(otto.get(address))
    with acting_as(second) as actor, pytest.raises(WrongState, match="later revision"):
        consent_to_withdrawal(actor, request)


def test_who_asked_for_a_withdrawal_is_notified_of_its_refusal(
    cast: Cast, published: Publication, second: Actor, mailoutbox: list[EmailMessage]
) -> None:
    with acting_as(second) as actor:
        refuse_withdrawal(actor, asked(cast, published), "It is right.")
    run_all_jobs()

    letter = next(each for each in mailoutbox if each.subject.startswith("Refused"))
    assert letter.to == [cast.mona.email]
    assert "It is right." in str(letter.body)


def test_a_correction_of_a_report_that_is_withdrawn_is_dropped_at_once(
    cast: Cast, published: Publication, second: Actor
) -> None:
    """It can no longer be published, so nobody waits for an answer."""
    correction = proposed(cast, Report.objects.get(), LIVE, "349")
    withdrawn(cast, published, second)
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


def test_refused_taken_back_and_what_cannot_be_withdrawn(
    cast: Cast, published: Publication, second: Actor
) -> None:
    with acting_as(second) as actor:
        assert (
            refuse_withdrawal(actor, asked(cast, published), "It is right.").state == WithdrawalState.REFUSED
        )
    with acting_as(cast.actor("mona")) as actor:
        assert take_back_withdrawal(actor, asked(cast, published)).state == WithdrawalState.TAKEN_BACK
    with pytest.raises(DomainError) as refusal:
        ask_for_withdrawal(cast.actor("mona"), published, {"en": "Wrong."})
    assert refusal.value.field == "reason_ru"
    with pytest.raises(Forbidden):
        ask_for_withdrawal(cast.actor("rita"), published, REASON)


@pytest.mark.parametrize(
    ("type_", "way"),
    [
        ("charter", "a later version takes its place"),
        ("organisation", "The next decision"),
        ("accession", "A manager ends it"),
        ("signatures", "Each accession is ended"),
        ("cycle", "corrected with the report of that member"),
        ("reference_load", "by a file that has the same rows"),
        ("withdrawal", "undone by publishing again"),
        ("practice", "its own page has the acts"),
    ],
)
def test_what_is_not_withdrawn_names_what_is_done_instead(type_: str, way: str) -> None:
    assert way in withdrawal_blocking_reason(Publication(type=type_, record="x", number=1))


def test_page_of_a_practice_without_source(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR, attribution="none")
    number = Publication.objects.get(type="practice", record=practice.key).number

    page = signed_in(cast.mona).get(f"/secretariat/publications/{number}/withdraw/")

    assert "its own page has the acts" in words_of(page)


def test_a_withdrawn_report_has_no_steps_of_a_correction(
    cast: Cast, published: Publication, second: Actor
) -> None:
    """Its draft is not proposed, and a second reviewer does not consent."""
    report = Report.objects.get()
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    with acting_as(cast.actor("mona")) as mona:
        draft = draft_correction(mona, report, FIGURE(LIVE, "349"))
    verdict = proposed(cast, report, VERDICT, {"value": "limited", "reason": "The log was complete."})
    withdrawn(cast, published, second)
    desk, url = signed_in(cast.mona), f"/secretariat/corrections/{draft.pk}/"

    page, proposing = desk.get(url), words_of(desk.get(f"{url}propose/"))
    consenting = words_of(signed_in(zoe).get(f"/secretariat/corrections/{verdict.pk}/consent/"))

    assert [f"{url}{step}/" in page.text for step in ("edit", "propose", "discard")] == [False, False, True]
    assert "Only what is public can be corrected" in proposing
    assert "is named below" not in proposing
    assert "a second reviewer can consent once it is public again" in consenting


def test_the_member_is_led_to_the_page_in_its_own_language(
    cast: Cast, published: Publication, second: Actor, mailoutbox: list[EmailMessage]
) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(language="ru")
    request = withdrawn(cast, published, second)
    run_all_jobs()

    url = f"/ru/publications/{Publication.objects.latest('number').number}/"
    assert any(url in str(letter.body) for letter in mailoutbox if letter.to == [cast.sven.email])
    assert Delivery.objects.filter(recipient=cast.sven, channel=Channel.INBOX, url=url).exists()

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    run_all_jobs()
    again = Publication.objects.get(type="report", revision=2)
    url = f"/ru/publications/{again.number}/"
    assert Delivery.objects.filter(recipient=cast.sven, channel=Channel.INBOX, url=url).exists()


def test_the_pages_of_a_withdrawal(cast: Cast, published: Publication, second: Actor) -> None:
    assert second.is_host
    mona = signed_in(cast.mona)
    url = f"/secretariat/publications/{published.number}/withdraw/"
    form = words_of(mona.get(url))
    assert "leaves lists, totals, comparisons" in form
    assert "the replies to its verdicts go with it: 1" in form
    listed = words_of(mona.post(url, {"reason_en": REASON["en"], "reason_ru": REASON["ru"]}, follow=True))
    assert "Waiting for a second person" in listed

    otto = signed_in(Person.objects.get(name="Otto"))
    request = Withdrawal.objects.get()
    consent = f"/secretariat/withdrawals/{request.pk}/publish/"
    assert REASON["en"] in words_of(otto.get(consent))
    otto.post(consent, {})

    assert "Published" in words_of(otto.get(f"/secretariat/withdrawals/{request.pk}/"))
    assert "Kind: Report," in words_of(mona.get("/secretariat/journal/"))
    report = Report.objects.get()
    for client, page in (
        (signed_in(cast.rita), f"/secretariat/reviews/{report.pk}/"),
        (signed_in(cast.sven), f"/workspace/reports/{report.pk}/"),
    ):
        words = words_of(client.get(page))
        assert "Withdrawn from the public pages on" in words
        assert "Correct a published value" not in words


def places_on(page: Any) -> dict[str, tuple[str, str]]:
    """What the page names: each public place with what stands there now and after."""
    groups = page.context["groups"]
    return {place.title: (place.now, place.after) for group in groups for place in group.places}


def test_the_page_before_a_withdrawal_names_each_place_that_changes_and_what_becomes_of_it(
    cast: Cast, second: Actor, mailoutbox: list[EmailMessage]
) -> None:
    cycle = make_cycle(read_charter())
    shares = [
        submitted_figure("found-proactively", "95", service=slug) for slug in ("aurora-kids", "aurora-live")
    ]
    publication = make_published_report(
        cycle, cast.aurora, {"search": shares}, verdicts={"find": "limited"}, replies={"find": "So it is."}
    )
    make_published_cycle(cycle)
    target = TargetDraft("Nine in ten pieces", cycle.starts_on, "found-proactively", Decimal(90))
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_pledge(sven, draft_pledge(sven, cast.aurora, draft_with(targets=[target])))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)
    mona, otto = signed_in(cast.mona), signed_in(Person.objects.get(name="Otto"))
    numbers = {row.type: row.number for row in Publication.objects.order_by("number")}
    form = "/secretariat/publications/{}/withdraw/"

    report, reply, pledge = (
        places_on(mona.get(form.format(numbers[each]))) for each in ("report", "response", "pledge")
    )
    request = asked(cast, publication)
    to_consent = otto.get(f"/secretariat/withdrawals/{request.pk}/publish/")
    with acting_as(second) as actor:
        consent_to_withdrawal(actor, request)

    assert report["Report"] == ("Filed", "Withdrawn")
    assert report["The cycle, with “Members by commitment”"] == ("Filed: 1", "Filed: 0")
    assert report["Reply on 1 Find"] == ("So it is.", "Withdrawn")
    assert report["Verdict on 1 Find"] == ("Limited", "–")
    assert report["Figures: Found proactively"][1] == "–"
    assert report["Promise: Nine in ten pieces"] == ("Kept", "Overdue")
    assert report["Ledger of promises"] == ("Kept: 1, Overdue: 0", "Kept: 0, Overdue: 1")
    assert places_on(to_consent) == report
    assert "of all members: Limited: 1 → Limited: 0" in words_of(to_consent)
    assert reply["Reply on 1 Find"] == ("So it is.", "Withdrawn")
    assert "Promise: Nine in ten pieces" not in reply
    assert pledge["Promise: Nine in ten pieces"] == ("Kept", "–")
    assert pledge["Ledger of promises"] == ("Kept: 1", "Kept: 0")
    # and so it has come
    counts = promise_sums(today()).by_state
    assert (counts["kept"], counts["late"]) == (0, 1)
    assert standing_counts([cycle])[cycle.pk]["filed"] == 0
    assert not commitment_tallies(cycle)
    # as its letter says, and that of the way back
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    run_all_jobs()
    gone, back = (
        next(
            str(letter.body)
            for letter in mailoutbox
            if letter.to == [cast.sven.email] and words in letter.subject
        )
        for words in ("is withdrawn", "is public again")
    )
    assert "“Nine in ten pieces”: Kept → Overdue" in gone
    assert "“Nine in ten pieces”: Overdue → Kept" in back
    in_russian = [str(letter.body) for letter in mailoutbox if letter.to == [cast.alice.email]]
    assert any("«Nine in ten pieces»: " in letter for letter in in_russian)


def test_form_before_places(cast: Cast, published: Publication) -> None:
    """The reason is asked for first; below it the kinds of places are folded, but for what is withdrawn."""
    page = signed_in(cast.mona).get(f"/secretariat/publications/{published.number}/withdraw/").text

    assert page.index('href="#places-1"') < page.index('name="reason_en"') < page.index('id="places-1"')
    folds = re.findall(r'<details class="fold" id="places-\d"( open)?><summary>([^:]*)', page)
    assert folds == [
        (" open", "What is withdrawn"), ("", "Replies"), ("", "Verdicts"), ("", "Figures"),
        ("", "Files, cards and frames"), ("", "Lists, search and letters"),
    ]  # fmt: skip
