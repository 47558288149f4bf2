"""Where a withdrawn pledge stands: on the page of its member, and at the measures that answer to it."""

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Pledge, PublishedPledge, Report, Withdrawal
from alliance.services.pledge_draft import commitment_of
from alliance.services.pledges import (
    draft_pledge,
    publish_pledge,
    revise_pledge,
    sign_pledge,
    withdraw_pledge,
)
from alliance.services.withdrawals import consent_to_withdrawal, publish_again
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.factories.cast import actor_of
from tests.support.pages import signed_in, words_of
from tests.support.pledges import WORDS, draft_with

pytestmark = pytest.mark.django_db
REASON = {"en": "It was another’s pledge.", "ru": "Это чужое обещание."}


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def pledge(cast: Cast, report: Report) -> Pledge:
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_pledge(actor, draft_pledge(actor, cast.aurora, WORDS))
    with acting_as(SYSTEM):
        return publish_pledge(SYSTEM, signed)


def withdrawn(cast: Cast) -> Withdrawal:
    """By the desk page of the pledge, from which a manager is led to the form."""
    published = Publication.objects.get(type="pledge")
    desk = f"/secretariat/pledges/{Pledge.objects.get().pk}/"
    form = f"/secretariat/publications/{published.number}/withdraw/"
    assert form in signed_in(cast.mona).get(desk).text
    assert form not in signed_in(cast.rita).get(desk).text
    signed_in(cast.mona).post(form, {"reason_en": REASON["en"], "reason_ru": REASON["ru"]})
    second = actor_of(make_person("Otto", cast.secretariat, Role.MANAGER))
    with acting_as(second):
        done = consent_to_withdrawal(second, Withdrawal.objects.get())
    assert REASON["en"] in words_of(signed_in(cast.mona).get(desk))
    return done


def test_a_withdrawn_publication_keeps_its_place_without_its_words(
    cast: Cast, report: Report, pledge: Pledge, client: Client
) -> None:
    published = Publication.objects.get(type="pledge")
    done = withdrawn(cast)

    page = client.get("/en/members/aurora-video/")
    words = words_of(page)
    assert REASON["en"] in words
    assert WORDS.text not in words
    assert f'id="pledge-{pledge.record}"' in page.text
    assert f"what was withdrawn: No. {published.number}" in words
    own = words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/search/"))
    assert f"its publication is withdrawn No. {done.published_as}" in own


def test_a_pledge_beyond_the_charter_bears_its_title_in_the_language_of_its_author(
    cast: Cast, client: Client
) -> None:
    draft = draft_with(commitment_key="", title="Ночная смена", text="Мы смотрим и ночью.", language="ru")
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_pledge(actor, draft_pledge(actor, cast.aurora, draft))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)
    page = "/en/members/aurora-video/"

    assert '<span lang="ru">Ночная смена</span>' in client.get(page).text
    withdrawn(cast)
    assert '<span lang="ru">Ночная смена</span>' in client.get(page).text


def test_what_the_member_ends_while_it_is_withdrawn_is_not_public_before_it_is_published_again(
    cast: Cast, pledge: Pledge
) -> None:
    request = withdrawn(cast)
    again = f"/secretariat/withdrawals/{request.pk}/undo/"
    Pledge.objects.filter(pk=pledge.pk).update(measure_keys=["search"])
    as_it_is_now = words_of(signed_in(cast.mona).get(again))
    page = signed_in(cast.sven).get(f"/workspace/pledges/{pledge.pk}/withdraw/")
    assert "nobody reads your reason unless the secretariat publishes it again" in words_of(page)

    with acting_as(cast.actor("sven")) as actor:
        withdraw_pledge(actor, pledge, "We end the service.")
    assert not PublishedPledge.objects.current().exists()
    as_it_ended = words_of(signed_in(cast.mona).get(again))
    assert f"as it is now, in force: {commitment_of(pledge)} opt-in measures: 1.1 " in as_it_is_now
    assert "that the member has withdrawn, with this reason: “We end the service.”" in as_it_ended
    assert "the same content" not in as_it_is_now + as_it_ended

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It was theirs after all.")
    ended = PublishedPledge.objects.current().get()
    assert (ended.state, ended.ended_reason) == ("withdrawn", "We end the service.")


def test_a_new_revision_is_public_and_leaves_nothing_to_publish_again(cast: Cast, pledge: Pledge) -> None:
    request = withdrawn(cast)
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_pledge(actor, revise_pledge(actor, pledge))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)

    assert PublishedPledge.objects.current().get().revision == 2
    page = signed_in(cast.mona).get(f"/secretariat/withdrawals/{request.pk}/")
    assert "Publish again: The record was published again since: there is nothing to undo." in words_of(page)


def test_the_measure_says_that_the_member_withdrew_its_pledge(
    cast: Cast, report: Report, pledge: Pledge
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        withdraw_pledge(actor, pledge, "We end the service.")

    own = words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/search/"))

    assert "pledge withdrawn" in own
