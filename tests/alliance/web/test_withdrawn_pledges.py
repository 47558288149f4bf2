"""Where a withdrawn pledge stands: on the page of its member, and at the measures that answer to it."""

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Pledge, Report
from alliance.services.pledges import draft_pledge, publish_pledge, sign_pledge, withdraw_pledge
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.factories.cast import actor_of
from tests.support.pages import signed_in, words_of
from tests.support.pledges import WORDS

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


def test_a_withdrawn_publication_keeps_its_place_without_its_words(
    cast: Cast, report: Report, pledge: Pledge, client: Client
) -> None:
    published = Publication.objects.get(type="pledge")
    with acting_as(cast.actor("mona")) as actor:
        request = ask_for_withdrawal(actor, published, REASON)
    second = actor_of(make_person("Otto", cast.secretariat, Role.MANAGER))
    with acting_as(second):
        done = consent_to_withdrawal(second, request)

    page = client.get("/en/members/aurora-video/")
    words = words_of(page)
    assert REASON["en"] in words
    assert WORDS.text not in words
    assert f'id="pledge-{pledge.record}"' in page.text
    assert f"what was withdrawn: No. {published.number}" in words
    own = words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/search/"))
    assert f"its publication is withdrawn No. {done.published_as}" in own


def test_the_measure_says_that_the_member_withdrew_its_pledge(
    cast: Cast, report: Report, pledge: Pledge
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        withdraw_pledge(actor, pledge, "We end the service.")

    own = words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/search/"))

    assert "pledge withdrawn" in own
