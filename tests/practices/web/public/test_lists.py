"""What the world reads of all practices: the list with its search, and the feed."""

import json
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client

from alliance.models import Harm
from portal.kernel.publishing import touch_public_revision
from portal.kernel.search import SearchDocument
from practices.enums import Label
from practices.models import PublishedPractice
from practices.queries.public import PublicPracticeFilters, find_public, practice_list
from tests.factories import Cast
from tests.factories.practices import make_next_version, make_shared
from tests.factories.taxonomy import make_taxonomy
from tests.support.public_practices import read_publishing_cast, text

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    return read_publishing_cast(monkeypatch)


def titles(client: Client, query: str = "", language: str = "en") -> list[str]:
    listed = json.loads(text(client, f"/{language}/practices/practices.json{query}"))
    page = text(client, f"/{language}/practices/{query}").replace("<mark>", "").replace("</mark>", "")
    json_titles = [row["title"] for row in listed["practices"]]
    assert all(title in page for title in json_titles)
    return json_titles


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["Пауза перед сообщением", "Queues by risk"]),
        ("queue", ["Queues by risk"]),
        ("queue of risks", ["Queues by risk"]),
        ("сообщения", ["Пауза перед сообщением"]),
        ("ожидание сообщений", ["Пауза перед сообщением"]),
        ("alerts -queue", []),
        ("-queue", []),
        ('"by risk"', ["Queues by risk"]),
        ("zebra", []),
        ("' OR 1=1 --", []),
    ],
)
def test_words_are_found_by_their_stems_in_both_languages(
    client: Client, cast: Cast, words: str, expected: list[str]
) -> None:
    make_shared(cast, Label.CLEAR, title="Queues by risk", summary="Alerts are sorted.")
    make_shared(
        cast,
        Label.CLEAR,
        title="Пауза перед сообщением",
        summary="Незнакомцу приходится ожидать; ожидания недолги.",
    )

    answer = client.get("/en/practices/practices.json", {"q": words})
    assert [row["title"] for row in answer.json()["practices"]] == expected


FILED = (
    *(
        "grooming",
        "груминг",
        "groming",
        "uhevbyu",
        "Aurora Video",
        "messenger",
        "мессенджер",
        "grooming Aurora",
    ),
    "which companies slow down grooming by letting strangers wait",
)


def test_a_practice_is_found_by_what_it_is_filed_under_and_however_it_is_typed(
    client: Client, cast: Cast
) -> None:
    make_shared(
        cast, Label.CLEAR, title="Slow it down", summary="Strangers wait before they write to a child.",
        harms=["grooming"], service_kinds=["messenger"],
    )  # fmt: skip
    make_shared(
        cast, Label.CLEAR, title="Counting", summary="Numbers of complaints.", harms=["bullying"]
    )  # fmt: skip

    for words in FILED:
        expected = ["Slow it down"] if words != "Aurora Video" else ["Counting", "Slow it down"]
        assert sorted(titles(client, f"?q={quote(words)}")) == expected, words
        assert "Slow it down" not in titles(client, f"?q={quote(words)}&harm=bullying"), words
        listed = client.get("/api/v1/practices/", {"text": words}).json()
        assert sorted(row["title"] for row in listed["results"]) == expected, words


@pytest.mark.parametrize("words", ["CSAM", "МСНД", "child pornography"])
def test_a_practice_is_found_by_what_others_call_its_harm(client: Client, cast: Cast, words: str) -> None:
    Harm.objects.create(
        charter=make_taxonomy(), key="sexual-abuse-material", position=9, title_en="Images", title_ru="Снимки"
    )
    touch_public_revision()
    make_shared(cast, Label.CLEAR, title="Hashes", harms=["sexual-abuse-material"])
    make_shared(cast, Label.CLEAR, title="Queues", harms=["bullying"])

    assert titles(client, f"?q={quote(words)}") == ["Hashes"]


def test_words_are_marked_and_the_list_says_how_they_were_read(client: Client, cast: Cast) -> None:
    make_shared(
        cast,
        Label.CLEAR,
        title="Slow it down",
        summary="<b>Strangers</b> wait.",
        limits="Grooming elsewhere.",
    )

    page = text(client, "/en/practices/?q=strangrs")
    assert "Results for “strangers”" in page
    assert "<mark>Strangers</mark>" in page
    assert "<b>Strangers" not in page
    assert "<mark>Grooming</mark> elsewhere" in text(client, "/en/practices/?q=sextortion")
    listed = client.get("/en/practices/practices.json?q=which+strangers+wait+longest+today").json()
    assert (listed["count"], listed["respelt"], listed["least_words"]) == (1, "", 2)
    nothing = text(client, "/en/practices/?q=xylophone")
    assert 'href="/en/search/?q=xylophone"' in nothing


def test_words_that_stand_elsewhere_in_the_record_alone_are_nowhere_among_practices(
    client: Client, cast: Cast
) -> None:
    make_shared(cast, Label.CLEAR, title="Slow it down", summary="Strangers wait.", limits="None.")
    elsewhere = SearchDocument.objects.exclude(kind="practice")
    assert elsewhere.exists()
    word = "strangest"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_searchdocument SET vector = to_tsvector('portal_words', %s) WHERE id = %s",
            [f"{word} xylophone", elsewhere.order_by("pk").values_list("pk", flat=True)[0]],
        )
    findings = find_public("strangest wait")

    assert findings.respelt == "strangers wait"
    assert find_public("which strangers wait for the xylophone").least == 2


def test_newest_of_very_many_with_choices(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.kernel.search.engine.MAX_RANKED", 2)
    monkeypatch.setattr("practices.queries.public.MAX_RANKED", 2)
    old = {"stage": "idea", "kind": "tool", "measures": ["search"]}
    for number in range(4):
        make_shared(cast, Label.CLEAR, title=f"Queue {number}", **({"stage": "proven"} if number else old))

    assert titles(client, "?q=queue") == ["Queue 3", "Queue 2"]
    assert "More than 2 practices have these words: shown are the newest." in text(
        client, "/en/practices/?q=queue"
    )
    assert client.get("/en/practices/practices.json?q=queue").json()["has_more"]
    # a choice is made before the list is cut
    assert titles(client, "?q=queue&stage=idea") == ["Queue 0"]
    assert "1 practice · Newest first" in text(client, "/en/practices/?q=queue&stage=idea")
    for choice in ("kind=tool", "measure=search", "stage=idea"):
        listed = client.get(f"/api/v1/practices/?text=queue&{choice}").json()
        assert [row["title"] for row in listed["results"]] == ["Queue 0"], choice
    assert titles(client, "?q=queue&grade=convincing") == []


@pytest.mark.parametrize("most", [500, 1])
def test_practices_with_words_are_read_by_key(cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("portal.kernel.search.engine.MAX_RANKED", most)
    monkeypatch.setattr("practices.queries.public.MAX_RANKED", most)
    for number in range(3):
        make_shared(cast, Label.CLEAR, title=f"Queue {number}")
    rows = practice_list(PublicPracticeFilters(text="queue")).rows

    assert len(rows) == min(most, 3)
    assert "searchdocument" not in rows.explain()


def test_the_list_is_narrowed_by_what_practices_are_for(client: Client, cast: Cast) -> None:
    make_shared(
        cast, Label.CLEAR, title="One", harms=["grooming"], service_kinds=["messenger"], grade="likely"
    )
    make_shared(
        cast,
        Label.CLEAR,
        title="Two",
        harms=["bullying"],
        service_kinds=["game"],
        stage="idea",
        grade="tentative",
    )

    assert titles(client, "?harm=grooming") == ["One"]
    assert titles(client, "?service=game") == ["Two"]
    assert titles(client, "?stage=idea") == ["Two"]
    assert titles(client, "?grade=possible") == ["One"]
    assert titles(client, "?grade=tentative", "ru") == ["Two", "One"]
    assert titles(client, "?harm=grooming&stage=idea") == []
    assert text(client, "/en/practices/?stage=rumour", 404)


def test_practices_of_a_commitment_and_related_ones_follow_the_readers_alphabet(
    client: Client, cast: Cast
) -> None:
    names = ["ёлка", "Жук", "Абрикос", "Zebra", "ель"]
    made = [make_shared(cast, Label.CLEAR, title=name, measures=["search"], grade="likely") for name in names]
    PublishedPractice.objects.filter(record__in=[row.key for row in made[1:]]).update(
        relations=[{"kind": "derives", "practice": str(made[0].key), "title": "ёлка"}]
    )
    touch_public_revision()
    of_commitment, related = (
        text(client, f"/ru/{path}") for path in ("commitments/find/", f"practices/{made[0].key}/")
    )

    in_order = ["Абрикос", "ель", "ёлка", "Жук", "Zebra"]
    assert sorted(in_order, key=lambda name: of_commitment.index(f">{name}<")) == in_order
    others = [name for name in in_order if name != "ёлка"]
    assert sorted(others, key=lambda name: related.rindex(f">{name}<")) == others


def test_a_long_list_has_pages(client: Client, cast: Cast) -> None:
    for number in range(21):
        make_shared(cast, Label.CLEAR, title=f"Practice {number}")

    assert (len(titles(client)), titles(client, "?page=2")) == (20, ["Practice 0"])


def test_the_feed_is_atom_with_an_entry_for_each_version(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    first = ids(client)
    make_next_version(cast, practice, title="Slow it twice")
    feed = ElementTree.fromstring(text(client, "/en/practices/feed.atom"))
    (entry,) = feed.findall(f"{ATOM}entry")

    assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}author/{ATOM}name")) == (
        "Slow it twice",
        "Aurora Video",
    )
    assert (len(first), first == ids(client)) == (1, False)
    assert all(feed.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))


def ids(client: Client) -> list[str | None]:
    feed = ElementTree.fromstring(text(client, "/en/practices/feed.atom"))
    return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
