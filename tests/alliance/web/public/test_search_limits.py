"""The search over very much: no kind hides another, and a feed or a table that is cut has the newest and says so."""

import csv
import io
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.test import Client

from alliance.models import Cycle
from portal.kernel import clock, search
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, publish, touch_public_revision
from portal.kernel.search import SearchDocument, find
from tests.factories import Cast
from tests.support.public_search import page, words

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def fill(
    count: int, kind: str, title: str, first: int, *, number: int | None = None, at: datetime | None = None
) -> None:
    """Documents of this kind whose ids begin here."""
    SearchDocument.objects.bulk_create(
        SearchDocument(
            id=first + place, kind=kind, scope="tests", titles={"en": title}, route="public:home",
            facets=[f"kind:{kind}", "language:en"], at=at or clock.now(), number=number,
            vector=SearchVector(Value(title), config="portal_words"),
        )
        for place in range(count)
    )  # fmt: skip


@pytest.mark.usefixtures("cast")
def test_no_kind_is_left_out_for_another_that_has_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.search.engine.MAX_RANKED", 30)
    fill(1, "member", "Xylophone", 1)
    fill(40, "passage", "Xylophone", 50_000)

    findings = find("xylophone")

    assert findings.is_capped
    assert {kind: len(hits) for kind, hits in findings.by_kind.items()} == {"member": 1, "passage": 29}
    assert find("xylophone", {"kind": ["member"]}).is_capped is False


@pytest.mark.usefixtures("cast")
def test_each_kind_has_its_share_of_the_oldest_too_where_the_newest_are_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few of a kind, far before the others; more of another than its share; and more than are ranked of two."""
    monkeypatch.setattr("portal.kernel.search.engine.MAX_RANKED", 59)
    share = 60 // len(search.kinds())
    fill(2, "member", "Xylophone", 1)
    fill(share + 4, "promise", "Xylophone", 100)
    fill(70, "figure", "Xylophone", 1_000)
    fill(70, "verdict", "Xylophone", 2_000)
    fill(80, "passage", "Xylophone", 50_000)

    by_kind = {kind: len(hits) for kind, hits in find("xylophone").by_kind.items()}

    others = {"member": 2, "promise": share, "figure": share, "verdict": share}
    assert by_kind == {**others, "passage": 59 - sum(others.values())}


def test_of_more_than_are_ranked_the_newest_are_first_in_the_feed_and_the_table_says_that_it_is_cut(
    client: Client, cast: Cast, cycle: Cycle
) -> None:
    publications = [publish_note(number) for number in range(40)]
    SearchDocument.objects.all().delete()
    moment = clock.now()
    fill(600, "passage", "Xylophone", 50_000)
    # the rows of what was published last are the first ones, as after the index was made anew
    fill(20, "verdict", "Xylophone last", 1, number=publications[-1].number, at=moment - timedelta(days=400))
    fill(3, "promise", "Xylophone before", 30, number=publications[-2].number, at=moment)
    SearchDocument.objects.filter(kind="passage").update(number=publications[3].number)
    fill(1, "question", "Xylophone asked", 40, at=publications[-1].published_at - timedelta(microseconds=1))
    touch_public_revision()

    feed = ElementTree.fromstring(client.get("/en/search.atom?q=xylophone").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[:24] == ["Xylophone last"] * 20 + ["Xylophone asked"] + ["Xylophone before"] * 3
    assert len(titles) == 50
    assert titles[24] == "Xylophone"
    moments = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True)

    newest = words(client, "xylophone", "&order=newest")
    assert newest.count("Xylophone last") == 20
    assert "Xylophone asked" in words(client, "xylophone", "&order=newest&page=2")
    assert "The newest 500 are shown." in newest
    assert "500 of them are shown and counted: some of each kind" in words(client, "xylophone")
    filtered = client.get("/en/search.atom?q=xylophone&kind=promise").content.decode()
    assert (filtered.count("<entry>"), "Xylophone before" in filtered) == (3, True)

    *_rows, last = csv.reader(
        io.StringIO(client.get("/en/search.csv?q=xylophone").content.decode("utf-8-sig"))
    )
    assert last[0].startswith("There are more than 500 results. These are 500 of them")
    assert last[5].endswith("/en/search/?q=xylophone")
    *_rows, last = csv.reader(io.StringIO(client.get("/en/search.csv?q=asked").content.decode("utf-8-sig")))
    assert last[1] == "Xylophone asked"


def publish_note(number: int) -> Publication:
    with acting_as(SYSTEM):
        return publish(
            SYSTEM, "note", f"note/{number}", {"text": "Noted."}, title={"en": "A note"}, languages=["en"]
        )


@pytest.mark.usefixtures("cast")
def test_old_and_new_documents_are_each_returned_once() -> None:
    for first in (1, 9_000, 12_000, 900_000):
        fill(3, "passage", "Xylophone", first)
    fill(1, "verdict", "Xylophone", 20)

    hits = find("xylophone").hits

    assert len({hit.id for hit in hits}) == len(hits) == 13
    assert search.count("xylophone", with_synonyms=True) == 13


def test_a_page_of_one_kind_goes_on(client: Client, cast: Cast) -> None:
    fill(25, "passage", "Xylophone", 1)

    assert 'aria-current="page"' in page(client, "xylophone", "&kind=passage")
    assert words(client, "xylophone", "&kind=passage&page=2").count("Xylophone") == 5
