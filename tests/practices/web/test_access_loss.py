"""Before an organisation loses access: its practices, uses, requests, questions, groups, and what becomes of each."""

import pytest
from django.test import Client

from alliance.models import Organisation
from practices.enums import Label
from practices.models import GroupMembership
from practices.services.groups import make_group
from practices.services.practices import submit_practice
from tests.factories import Cast, make_organisation
from tests.factories.adoptions import make_adoption
from tests.factories.affiliations import make_affiliation
from tests.factories.discussion import make_post, make_request
from tests.factories.practices import call_as, make_draft, make_shared
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = pytest.mark.django_db
BEFORE = pytest.mark.parametrize("step", ["suspend", "withdraw", "expel", "merge"])


@pytest.fixture
def mona(cast: Cast) -> Client:
    return signed_in(cast.mona)


@pytest.fixture
def left_behind(cast: Cast) -> None:
    """One of each kind of Aurora, and what the secretariat does not read."""
    alice, carol = cast.actor("alice"), cast.actor("carol")
    call_as(alice, submit_practice, make_draft(cast, title="Waits for moderation"))
    practice = make_shared(cast, title="Read by the community")
    make_shared(cast, Label.AMBER, title="Canary of named readers")
    make_draft(cast, title="Canary of a draft")
    make_post(carol, practice, "Does it hold voice too?")
    make_adoption(alice, practice)
    make_request(alice)
    call_as(alice, make_group, name="Led alone", purpose="")
    together = call_as(alice, make_group, name="Led together", purpose="")
    GroupMembership.objects.create(group=together, person=cast.carol, organisation=cast.beacon, leads=True)
    make_affiliation(cast.aurora, make_organisation("hotline", "partner"), cast.alice)


def page(organisation: Organisation, step: str) -> str:
    return f"/secretariat/members/{organisation.pk}/{'' if step == 'merge' else 'step/'}{step}/"


@BEFORE
def test_each_page_names_them_with_links_and_what_becomes_of_them(
    cast: Cast, mona: Client, left_behind: None, step: str
) -> None:
    answer = mona.get(page(cast.aurora, step))
    words = words_of(answer)
    urls = [item.url for group in answer.context["matters"] for item in group.items]
    own = [url for url in urls if "/practices/" in url or "/affiliates/" in url]

    assert len(own) == 8
    assert all(f'href="{url}"' in answer.content.decode() for url in own)
    assert {mona.get(url).status_code for url in own} == {200}
    assert "Canary" not in words
    assert "TLP:GREEN" in words
    assert "what is returned nobody can submit again" in words
    assert "bring somebody in who does, or close them" in words
    assert "Those who lead them beside it go on" in words
    assert ("once it is reinstated they hold again" in words) == (step == "suspend")
    assert ("within a day the portal ends them" in words) == (step != "suspend")
    assert "What the secretariat cannot read" in words


def test_of_a_partner_too(cast: Cast, mona: Client, left_behind: None) -> None:
    hotline = Organisation.objects.get(slug="hotline")
    words = words_of(mona.get(page(hotline, "withdraw")))

    assert "Affiliations" in words
    assert "Working groups" not in words


def test_as_many_queries_however_much_there_is(cast: Cast, mona: Client, left_behind: None) -> None:
    few = queries_of(mona, page(cast.aurora, "expel"))
    for number in range(3):
        practice = make_shared(cast, title=f"Another {number}")
        make_post(cast.actor("carol"), practice, f"And {number}?")
        make_adoption(cast.actor("alice"), practice)
        make_request(cast.actor("alice"))
        call_as(cast.actor("alice"), make_group, name=f"Group {number}", purpose="")

    assert queries_of(mona, page(cast.aurora, "expel")) == few
