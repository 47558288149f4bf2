"""Withdrawals of publications: a reason, a second person, what leaves the public pages and what stays, the way back."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from alliance.documents.report.facts import published_report_facts
from alliance.enums import WithdrawalState
from alliance.models import (
    Person,
    PublishedFigure,
    PublishedReport,
    PublishedVerdict,
    Report,
    TimelineEntry,
)
from alliance.queries.local_dates import today
from alliance.services.corrections import (
    draft_correction,
)
from alliance.services.withdrawals import (
    ask_for_withdrawal,
    consent_to_withdrawal,
    publish_again,
    refuse_withdrawal,
    take_back_withdrawal,
    withdrawal_blocking_reason,
)
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.notices import Channel, Delivery
from portal.kernel.publishing import Publication, rebuild
from portal.kernel.text import format_date
from tests.factories import Cast
from tests.support.corrections import FIGURE, LIVE, correct
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import (
    REASON,
    ask_to_withdraw,
    publish_report_with_reply,
    second_person,
    withdraw,
)

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def published(cast: Cast) -> Publication:
    return publish_report_with_reply(cast)


@pytest.fixture
def second(cast: Cast) -> Actor:
    return second_person(cast)


def test_nothing_changes_before_a_second_person_consents(
    cast: Cast, published: Publication, client: Client
) -> None:
    request = ask_to_withdraw(cast, published)
    with pytest.raises(DomainError, match="Another person"):
        consent_to_withdrawal(cast.actor("mona"), request)
    with pytest.raises(Forbidden):
        consent_to_withdrawal(cast.actor("rita"), request)
    with pytest.raises(WrongState, match="Mona asked for it on"):
        ask_to_withdraw(cast, published)

    assert "Withdrawn on" not in words_of(client.get(PAGE))


def test_a_withdrawn_report_says_so_first_and_leaves_everything_else(
    cast: Cast, published: Publication, client: Client
) -> None:
    request = withdraw(cast, published)

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
    cast: Cast, published: Publication, client: Client
) -> None:
    number = withdraw(cast, published).published_as
    words = f"Withdrawn on {' '.join(format_date(today()).split())}"

    pages = [client.get(address) for address in ("/en/cycles/2026-h1/", "/en/members/aurora-video/")]
    cycle, member = map(words_of, pages)
    assert "No member had to report" not in cycle
    assert "no report is public, 1 withdrawn" in cycle
    assert f"Aurora Video {words} No. {number}" in cycle
    assert "No reports published yet" not in member
    assert f"Half 1 of 2026 {words} – No. {number}" in member
    assert [page.text.count(f'href="/en/publications/{number}/"') >= 2 for page in pages] == [True, True]
    assert "Withdrawn" in words_of(client.get("/en/commitments/find/"))


def test_only_a_new_publication_undoes_it(cast: Cast, published: Publication, client: Client) -> None:
    request = withdraw(cast, published)

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


def test_a_reply_is_withdrawn_alone(cast: Cast, published: Publication, client: Client) -> None:
    reply = Publication.objects.get(type="response")
    review = f"/secretariat/reviews/{Report.objects.get().pk}/"
    for number in (published.number, reply.number):
        form = f"/secretariat/publications/{number}/withdraw/"
        assert form in signed_in(cast.mona).get(review).text
        assert form not in signed_in(cast.rita).get(review).text
    assert "Withdraw the reply: 1 Find" in words_of(signed_in(cast.mona).get(review))

    request = withdraw(cast, reply)

    page = words_of(client.get(PAGE))
    assert "So it is." not in page
    assert "2,960" in page
    number = Publication.objects.get(type="withdrawal").number
    assert "Aurora Video’s reply Withdrawn on " in page
    assert f": It was not theirs. No. {number}" in page
    commitment = client.get("/en/commitments/find/").text
    assert f'<a href="/en/publications/{number}/">Reply withdrawn</a>' in commitment
    assert "No reply" not in commitment
    withdrawal = words_of(client.get(f"/en/publications/{number}/"))
    assert f"Withdraws No. {reply.number} Reason It was not theirs." in withdrawal
    assert not published_report_facts(published.number).replies  # in its PDF

    withdraw(cast, published)
    with acting_as(cast.actor("mona")) as actor, pytest.raises(WrongState, match="publish that again first"):
        publish_again(actor, request, "It was theirs after all.")


def test_consent_is_not_asked_for_a_revision_that_was_followed_by_another(
    cast: Cast, published: Publication, second: Actor
) -> None:
    request = ask_to_withdraw(cast, published)
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
        refuse_withdrawal(actor, ask_to_withdraw(cast, published), "It is right.")
    run_all_jobs()

    letter = next(each for each in mailoutbox if each.subject.startswith("Refused"))
    assert letter.to == [cast.mona.email]
    assert "It is right." in str(letter.body)


def test_refused_taken_back_and_what_cannot_be_withdrawn(
    cast: Cast, published: Publication, second: Actor
) -> None:
    with acting_as(second) as actor:
        assert (
            refuse_withdrawal(actor, ask_to_withdraw(cast, published), "It is right.").state
            == WithdrawalState.REFUSED
        )
    with acting_as(cast.actor("mona")) as actor:
        assert (
            take_back_withdrawal(actor, ask_to_withdraw(cast, published)).state == WithdrawalState.TAKEN_BACK
        )
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


def test_the_member_is_led_to_the_page_in_its_own_language(
    cast: Cast, published: Publication, mailoutbox: list[EmailMessage]
) -> None:
    Person.objects.filter(pk=cast.sven.pk).update(language="ru")
    request = withdraw(cast, published)
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
