"""Checking a document costs as much in a long record as in a short one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.queries.public import digests
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, chain_checks, check_chain
from tests.factories import Cast, make_cycle, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
PAGE = "/en/verify/"


def test_a_longer_record_is_asked_by_more_characters_so_that_an_answer_stays_short(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = make_published_report(make_cycle(read_charter()), cast.aurora)
    monkeypatch.setattr(digests, "digest_count", lambda: digests.MOST_ALIKE * 16**3)
    assert digests.prefix_length() == 3
    monkeypatch.setattr(digests, "digest_count", lambda: digests.MOST_ALIKE * 16**3 + 1)

    page = client.get(PAGE)

    assert 'data-digests="/en/verify/digests/0000.json"' in page.text
    assert "The first 4 of the 64 characters of the digest, as one in 65,536 of all files" in words_of(page)
    assert "In place of b8c4 write the first 4 characters" in words_of(page)
    statuses = {
        length: client.get(f"{PAGE}digests/{publication.sha256[:length]}.json") for length in (2, 3, 4, 8)
    }
    assert {length: answer.status_code for length, answer in statuses.items()} == {
        2: 404,
        3: 200,
        4: 200,
        8: 200,
    }
    assert list(statuses[8].json()["digests"]) == [publication.sha256]


def test_a_check_counts_no_digests_and_computes_no_chain_anew(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were read of the whole record for each link and each digest that anybody asks for."""
    monkeypatch.setattr(chain_checks, "PART", 1)
    make_published_report(make_cycle(read_charter()), cast.aurora)
    last_report = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon)
    publication = Publication.objects.get(number=last_report.number)
    with acting_as(SYSTEM):
        check_chain()
    client.get(PAGE)  # counts, once for a revision

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{PAGE}{publication.link}/")

    assert "This link is in the chain" in words_of(page)
    asked = [query["sql"] for query in queries if "portal_publication" in query["sql"]]
    assert [sql for sql in asked if "COUNT(" in sql] == []
    [of_chain] = [sql for sql in asked if '"number" <= ' in sql]
    first, last = max(publication.number - 2, 0), publication.number
    assert f'"number" > {first} AND "portal_publication"."number" <= {last}' in of_chain
