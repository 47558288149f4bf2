"""The pages of withdrawals: the form, each public place that changes, the consent of a second person."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage

from alliance.enums import Role
from alliance.models import (
    Person,
    Report,
    Withdrawal,
)
from alliance.queries.local_dates import today
from alliance.queries.public.obligations import standing_counts
from alliance.queries.public.promises import promise_sums
from alliance.queries.public.verdict_matrix import commitment_tallies
from alliance.services.pledges import TargetDraft, draft_pledge, publish_pledge, sign_pledge
from alliance.services.withdrawals import (
    publish_again,
)
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.publishing import Publication
from practices.enums import Label
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.practices import make_shared
from tests.support.corrections import VERDICT, WORSE, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.withdrawals import (
    REASON,
    ask_to_withdraw,
    consent,
    publish_report_with_reply,
    second_person,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(cast: Cast) -> Publication:
    return publish_report_with_reply(cast)


@pytest.fixture
def second(cast: Cast) -> Actor:
    return second_person(cast)


def test_page_of_a_practice_without_source(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR, attribution="none")
    number = Publication.objects.get(type="practice", record=practice.key).number

    page = signed_in(cast.mona).get(f"/secretariat/publications/{number}/withdraw/")

    assert "its own page has the acts" in words_of(page)


def test_the_page_of_a_publication_offers_its_withdrawal_to_those_who_may(
    cast: Cast, published: Publication
) -> None:
    """Its bytes are the same for everybody: the account menu that it fetches leads there."""

    def offers(person: Person, publication: Publication, page: str = "publications") -> bool:
        asking = {"hx-current-url": f"http://testserver/en/{page}/{publication.number}/"}
        menu = signed_in(person).get("/session/account-menu/", headers=asking).text
        return f'href="/secretariat/publications/{publication.number}/withdraw/"' in menu

    assert [offers(each, published) for each in (cast.mona, cast.rita, cast.sven)] == [True, False, False]
    assert not offers(cast.mona, published, "nowhere")
    page = signed_in(cast.mona).get(f"/en/publications/{published.number}/")
    assert "/withdraw/" not in page.text
    request = ask_to_withdraw(cast, published)
    assert not offers(cast.mona, published)
    consent(cast, request)
    assert not offers(cast.mona, Publication.objects.get(type="withdrawal"))


def test_all_about_a_report_offers_to_withdraw_what_is_public_of_it(
    cast: Cast, published: Publication
) -> None:
    story = f"/secretariat/reports/{Report.objects.get().pk}/story/"
    reply = Publication.objects.get(type="response")
    numbers = [published.number, reply.number]

    def offered(person: Person) -> list[bool]:
        page = signed_in(person).get(story).text
        return [f"/secretariat/publications/{number}/withdraw/" in page for number in numbers]

    assert offered(cast.mona) == [True, True]
    assert offered(make_person("Vera", cast.secretariat, Role.AUDITOR)) == [False, False]
    withdraw(cast, reply)
    assert offered(cast.mona) == [True, False]


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

    assert "Withdrawn" in words_of(otto.get(f"/secretariat/withdrawals/{request.pk}/"))
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
    request = ask_to_withdraw(cast, publication)
    to_consent = otto.get(f"/secretariat/withdrawals/{request.pk}/publish/")
    consent(cast, request)

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


def test_the_pages_before_a_withdrawal_name_the_corrections_that_stand_still(
    cast: Cast, published: Publication, second: Actor
) -> None:
    report = Report.objects.get()
    url, words = f"/secretariat/publications/{published.number}/withdraw/", "open corrections stand still"
    mona, other = signed_in(cast.mona), signed_in(Person.objects.get(pk=second.person_id))
    before = words_of(mona.get(url))
    number = proposed(cast, report, VERDICT, WORSE, by="rita").pk
    asked = words_of(mona.get(url))
    row = ask_to_withdraw(cast, published)

    assert words not in before
    for page in (asked, words_of(other.get(f"/secretariat/withdrawals/{row.pk}/publish/"))):
        assert f"{words} until it is published again: {number}" in page


def test_form_before_places(cast: Cast, published: Publication) -> None:
    """The reason is asked for first; below it the kinds of places are folded, but for what is withdrawn."""
    page = signed_in(cast.mona).get(f"/secretariat/publications/{published.number}/withdraw/").text

    assert page.index('href="#places-1"') < page.index('name="reason_en"') < page.index('id="places-1"')
    folds = re.findall(r'<details class="fold" id="places-\d"( open)?><summary>([^:]*)', page)
    assert folds == [
        (" open", "What is withdrawn"), ("", "Replies"), ("", "Verdicts"), ("", "Figures"),
        ("", "Files, cards and frames"), ("", "Lists, search and letters"),
    ]  # fmt: skip
