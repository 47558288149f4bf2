"""Affiliations at their desks, and what a source is shown of them: before it shares, among its readers, in its log."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from alliance.enums import OrganisationKind, Role
from alliance.models import Organisation, Person
from portal.kernel.access import acting_as
from practices.audiences import audience
from practices.enums import Label
from practices.files import format_markdown
from practices.models import Affiliation, Practice
from practices.queries.affiliations import opened_records
from practices.queries.exports import export_of
from practices.queries.named_readers import ReadingAffiliate, named_readers
from practices.queries.search import parse_search
from practices.services.affiliations import end_affiliation
from practices.services.following import follow
from practices.services.searches import save_search
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.factories.adoptions import make_adoption
from tests.factories.affiliations import make_affiliation
from tests.factories.discussion import make_post, set_label_directly
from tests.factories.practices import call_as, make_draft, make_shared
from tests.support.notifications import clear_notifications, inbox_lines
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def petals(cast: Cast) -> Organisation:
    petals = make_organisation("petals", OrganisationKind.PARTNER)
    make_person("Petra", petals, Role.ADMINISTRATOR)
    return petals


@pytest.fixture
def petra(petals: Organisation) -> Client:
    return signed_in(Person.objects.get(name="Petra"))


def at(name: str, affiliation: Affiliation, area: str = "workspace") -> str:
    return reverse(f"{area}:affiliation{name}", args=[affiliation.key])


def page_of(practice: Practice, page: str = "") -> str:
    return f"/workspace/practices/{practice.key}/{page}"


def test_it_goes_from_desk_to_desk(cast: Cast, petals: Organisation, petra: Client) -> None:
    """Proposed by Carol for Beacon, confirmed by Petra, put in force by Mona, who reads whose records, and no title."""
    practice = make_shared(cast, Label.AMBER, title="Canary title")
    carol, mona = signed_in(cast.carol), signed_in(cast.mona)
    form = reverse("workspace:affiliation-propose")
    assert "Aurora Video: 1 practice" in words_of(carol.get(form))
    assert carol.post(form, {"affiliate": str(cast.secretariat.pk)}).status_code == 422
    data = {"affiliate": str(petals.pk), "relation": "contractor", "purpose": "They moderate for us."}
    page = words_of(carol.post(form, data, follow=True))
    assert "Waiting for the affiliate" in page
    affiliation = Affiliation.objects.get()

    assert "Affiliations to confirm" in words_of(petra.get("/workspace/"))
    assert "Aurora" not in words_of(
        petra.get(at("", affiliation))
    )  # whose records they are it learns by reading them
    petra.post(at("-confirm", affiliation))
    assert "Affiliations to confirm" in words_of(mona.get("/secretariat/"))
    before = words_of(mona.get(at("-approve", affiliation, "secretariat")))
    assert "it opens records of Aurora Video: 1 practice" in before
    assert "Canary" not in before
    assert mona.post(at("-approve", affiliation, "secretariat"), {"reason": " "}).status_code == 422
    page = words_of(mona.post(at("-approve", affiliation, "secretariat"), {"reason": "Signed."}, follow=True))
    assert "The affiliation is in force." in page

    assert "Affiliations to confirm" not in words_of(mona.get("/secretariat/"))
    again = words_of(mona.get(at("-approve", affiliation, "secretariat")))
    assert "This cannot be done now: the state is “In force”." in again
    assert "Canary title" in words_of(petra.get(page_of(practice)))


# --- What the source is shown ----------------------------------------------------------------


def test_before_sharing_the_source_reads_who_will_read_as_an_affiliate(
    cast: Cast, petals: Organisation
) -> None:
    make_affiliation(cast.beacon, petals, cast.bob)
    practice, sven = make_draft(cast, Label.AMBER), signed_in(cast.sven)
    page = words_of(sven.get(page_of(practice, "share-directly/")))

    assert "everybody at Petals, an affiliate of Beacon Search" in page
    assert "affiliates that the organisations named here get later" in page
    form = words_of(signed_in(cast.alice).get(page_of(practice, "readers/")))
    assert "Beacon Search (TLP:AMBER: also its affiliates Petals)" in form


def test_whoever_became_a_reader_since_the_page_was_opened_is_shown_before_the_practice_is_shared(
    cast: Cast, petals: Organisation
) -> None:
    practice, sven = make_draft(cast, Label.AMBER), signed_in(cast.sven)
    url = page_of(practice, "share-directly/")
    shown = hidden_value(sven.get(url))
    make_affiliation(cast.beacon, petals, cast.bob)

    refused = sven.post(url, {"shown_readers": shown})

    assert refused.status_code == 422
    assert "everybody at Petals, an affiliate of Beacon Search" in words_of(refused)
    assert "has changed since you opened this page" in words_of(refused)
    assert sven.post(url, {"shown_readers": hidden_value(refused)}).status_code == 302


def hidden_value(response: Any) -> str:
    return str(response.context["form"]["shown_readers"].value())


def test_the_source_finds_the_affiliate_wherever_its_readers_are_listed(
    cast: Cast, petals: Organisation, petra: Client
) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob)
    practice = make_shared(cast, Label.AMBER, title="Two knocks")
    url = page_of(practice)
    assert petra.get(url).status_code == 200
    alice, carol = signed_in(cast.alice), signed_in(cast.carol)

    assert "Beacon Search Petals through Beacon Search" in words_of(alice.get(url))
    assert "Petals" not in words_of(carol.get(url))
    readers = words_of(alice.get(reverse("workspace:practice-affiliates")))
    assert "Petals through Beacon Search: works for it under a contract" in readers
    assert "Two knocks" in readers
    log = words_of(alice.get(page_of(practice, "access-log/")))
    assert "Petra Petals, through Beacon Search" in log
    table = alice.get(page_of(practice, "access-log.csv")).content.decode()
    assert "Petra,Petals,Beacon Search," in table
    with acting_as(cast.actor("alice")):
        row = Practice.objects.select_related("organisation").get(pk=practice.pk)
        export = export_of(cast.actor("alice"), row)
        assert named_readers(cast.actor("alice"), row).affiliates == [
            ReadingAffiliate("Petals", "Beacon Search")
        ]
        assert named_readers(cast.actor("carol"), row) is None
    assert 'affiliates: ["petals, through beacon-search"]' in format_markdown(export.content, export.handling)

    call_as(cast.actor("carol"), end_affiliation, affiliation, "The contract is over.")
    assert "Petals" not in words_of(alice.get(url))
    assert "No affiliates read what you share" in words_of(
        alice.get(reverse("workspace:practice-affiliates"))
    )
    log = words_of(alice.get(page_of(practice, "access-log/")))
    assert "Petra Petals, through Beacon Search" in log  # as they read it then


def test_a_use_is_listed_where_its_practice_is_read_through_another_organisation(
    cast: Cast, petals: Organisation
) -> None:
    """Beacon's use names Aurora, whose affiliate reads the practice itself as an affiliate of Cedar's."""
    cedar = make_organisation("cedar")
    for organisation in (cast.aurora, cedar):
        make_affiliation(organisation, petals, cast.bob)
    practice = make_shared(cast, Label.AMBER, title="Two knocks")
    set_label_directly(practice, Label.AMBER, reader_organisations=[cast.beacon.pk, cedar.pk])
    use = audience(Label.AMBER, organisations=[cast.aurora.pk])
    make_adoption(cast.actor("carol"), practice, readers=use)

    page = words_of(signed_in(cast.carol).get(reverse("workspace:practice-affiliates")))

    assert "Our use of “Two knocks”" in page
    assert [row.uses for row in opened_records(cast.aurora.pk, petals.pk)] == [1]


def test_its_people_lose_access_at_once_in_an_open_session(
    cast: Cast, petals: Organisation, petra: Client
) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob)
    practice = make_shared(cast, Label.AMBER, title="Two knocks")
    urls = [page_of(practice, page) for page in ("", "json/", "markdown/", "versions/")]
    library = page_of(practice).removesuffix(f"{practice.key}/")
    assert {petra.get(url).status_code for url in urls} == {200}
    assert "Two knocks" in words_of(petra.get(library))
    counted = "1 practice" in words_of(petra.get(library, {"harms": "grooming"}))
    assert counted

    call_as(cast.actor("mona"), end_affiliation, affiliation, "A rival has bought it.")

    assert {petra.get(url).status_code for url in urls} == {404}
    assert "Two knocks" not in words_of(petra.get(library))
    assert "1 practice" not in words_of(petra.get(library, {"harms": "grooming"}))


def test_what_they_follow_and_search_for_notifies_them_no_more(cast: Cast, petals: Organisation) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob)
    practice = make_shared(cast, Label.AMBER)
    petra = actor_of(Person.objects.get(name="Petra"))
    call_as(petra, follow, practice)
    call_as(petra, save_search, parse_search(QueryDict("harms=grooming")), name="Grooming", notifies=True)
    clear_notifications()
    make_shared(cast, Label.AMBER)
    make_post(cast.actor("alice"), practice)
    assert {name for name, _line in inbox_lines()} >= {"Petra"}
    clear_notifications()

    call_as(cast.actor("mona"), end_affiliation, affiliation, "A rival has bought it.")
    clear_notifications()
    make_shared(cast, Label.AMBER)
    make_post(cast.actor("alice"), practice, "And now?")

    assert "Petra" not in {name for name, _line in inbox_lines()}


def test_russian_sentences_have_the_names_in_their_cases(cast: Cast, petals: Organisation) -> None:
    Organisation.objects.filter(pk=cast.beacon.pk).update(
        name_forms={"instrumental": "Биконом", "accusative": "Бикон", "genitive": "Бикона"}
    )
    affiliation = make_affiliation(cast.beacon, petals, cast.mona)
    Person.objects.filter(pk=cast.mona.pk).update(language="ru")
    mona = signed_in(Person.objects.get(pk=cast.mona.pk))

    words = words_of(mona.get(at("-end", affiliation, "secretariat")))

    assert f"все сотрудники организации «{petals.name_ru or petals.name}» сразу теряют доступ" in words
    assert "чем другие делятся с Биконом под меткой" in words
    assert "аффилированная организация, через Бикон" in words_of(mona.get(at("", affiliation, "secretariat")))
