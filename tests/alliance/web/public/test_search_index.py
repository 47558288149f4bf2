"""What the index of the search holds: nothing that nobody may find, and the same when it is made anew."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import OrganisationState
from alliance.models import Cycle
from alliance.queries.public.record import standing_publications
from alliance.services.organisations import rename_organisation
from alliance.services.ownership import add_service
from alliance.services.withdrawals import publish_again
from portal.kernel import search
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, rebuild
from portal.kernel.search import SearchDocument
from tests.factories import Cast, make_organisation, make_report
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.public_search import ANSWER, kinds_of, publish_answer, words
from tests.support.published_reports import make_published_report
from tests.support.submissions import body_of
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(cast: Cast, cycle: Cycle) -> Publication:
    return publish_answer(cast, cycle)


def test_withheld_answers_are_not_in_the_results(cast: Cast, cycle: Cycle) -> None:
    body = body_of(make_report(cycle, cast.aurora), answer="Our secret thresholdword.")
    for measure in body["measures"]:
        for answer in measure["answers"]:
            answer["disclosure"] = "secretariat"
    cast.aurora.reports.all().delete()
    make_published_report(cycle, cast.aurora, measures=body["measures"])

    assert kinds_of("thresholdword") == set()
    assert not SearchDocument.objects.filter(texts__icontains="thresholdword").exists()


def test_a_withdrawn_report_is_not_found_until_it_is_public_again(cast: Cast, published: Publication) -> None:
    assert {"passage", "verdict", "publication"} <= kinds_of("Aurora")
    withdrawal = withdraw(cast, published, {"en": "Not theirs.", "ru": "Не их."})

    assert kinds_of("grooming") == set()
    assert not {"passage", "verdict"} & kinds_of("Aurora")
    scopes = str(list(SearchDocument.objects.values_list("scope", flat=True)))
    assert f"report:{published.record}" not in scopes
    assert f"response:{published.record}" not in scopes  # with a report go the replies to its verdicts
    assert "response" not in {row.type for row in standing_publications(Publication.objects.all())}
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, withdrawal, "It was theirs.")
    assert "passage" in kinds_of("grooming")
    assert f"response:{published.record}" in str(list(SearchDocument.objects.values_list("scope", flat=True)))


def test_a_new_name_is_found_at_once_and_all_under_both_names_soon(
    cast: Cast, cycle: Cycle, published: Publication
) -> None:
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
        add_service(actor, cast.aurora, names={"en": "Skylight", "ru": "Скайлайт"}, starts_on=cycle.starts_on)

    assert kinds_of("Borealis") == {"member"}
    assert kinds_of("Скайлайт") == {"member"}
    run_all_jobs()
    assert {"member", "passage", "verdict"} <= kinds_of("Borealis") & kinds_of("Aurora")


def rows() -> list[tuple[object, ...]]:
    """The whole index but for the numbers of its rows."""
    names = [field.attname for field in SearchDocument._meta.concrete_fields if not field.primary_key]
    return sorted(SearchDocument.objects.values_list(*names), key=str)


def test_the_index_is_rebuilt_from_the_record_as_acts_have_written_it(
    cast: Cast, cycle: Cycle, published: Publication
) -> None:
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, cast.aurora, {"en": "Borealis", "ru": "Бореалис"})
        add_service(actor, cast.aurora, names={"en": "Skylight", "ru": "Скайлайт"}, starts_on=cycle.starts_on)
    make_published_report(cycle, cast.beacon, answer=ANSWER)
    run_all_jobs()
    before = rows()
    with acting_as(SYSTEM):
        rebuild()

    assert rows() == before


def test_an_applicant_is_found_by_the_secretariat_alone(client: Client, cast: Cast) -> None:
    make_organisation("zephyr-dating", state=OrganisationState.APPLICANT)
    search.rebuild_index()

    assert kinds_of("Zephyr") == set()
    assert "Zephyr Dating" not in words(client, "Zephyr")
    assert "Zephyr Dating" not in words_of(signed_in(cast.alice).get("/workspace/search/?q=Zephyr"))
    assert "Zephyr Dating" in words_of(signed_in(cast.mona).get("/secretariat/search/?q=Zephyr"))


@pytest.mark.usefixtures("published")
def test_a_desk_reads_the_published_cycles_once_for_all_results(cast: Cast) -> None:
    """A public page remembers them; behind the sign-in they are read anew for each answer."""
    client = signed_in(cast.rita)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/secretariat/search/?q=Aurora")

    assert 'href="/en/reports/' in page.text
    published = [
        query["sql"] for query in asked if '"alliance_cycle"."state" = \'published\'' in query["sql"]
    ]
    assert len(published) == 1
