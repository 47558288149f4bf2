"""Feeds with summaries: what an entry says, in both languages; corrections and withdrawals; when it was changed."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from alliance.models import Report
from alliance.queries.public.summaries import first_sentence
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.corrections import LIVE, correct, correct_verdict
from tests.support.withdrawals import REASON, publish_report_with_reply, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def published(cast: Cast) -> Publication:
    return publish_report_with_reply(cast)


def entries(client: Client, address: str) -> list[tuple[str, str]]:
    """The title and the summary of each entry, the latest first."""
    feed = ElementTree.fromstring(client.get(address).content)
    return [
        (entry.findtext(f"{ATOM}title") or "", entry.findtext(f"{ATOM}summary") or "")
        for entry in feed.iter(f"{ATOM}entry")
    ]


def report() -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get()


def test_an_entry_says_verdict_and_reason_in_the_language_of_the_feed(
    client: Client, published: Publication
) -> None:
    for address in ("feed.atom", "members/aurora-video.atom", "cycles/2026-h1.atom", "commitments/find.atom"):
        (summary,) = [text for _title, text in entries(client, f"/en/{address}") if "Limited" in text]
        assert "Reason for find." in summary, address
        assert any("Частично" in text for _title, text in entries(client, f"/ru/{address}")), address


def test_a_reply_is_quoted(client: Client, published: Publication) -> None:
    assert any("So it is." in text for _title, text in entries(client, "/en/members/aurora-video.atom"))


def test_a_correction_is_an_entry_of_its_own_that_names_both_values(
    client: Client, cast: Cast, published: Publication
) -> None:
    correct(cast, report(), LIVE, "349")
    for address in ("feed.atom", "members/aurora-video.atom", "commitments/find.atom"):
        (summary, *_others) = [text for _title, text in entries(client, f"/en/{address}") if "→" in text]
        assert "394 → 349" in summary, address
        assert "Two digits were exchanged." in summary, address


def test_a_withdrawal_is_an_entry_and_what_it_withdraws_is_none(
    client: Client, cast: Cast, published: Publication
) -> None:
    withdraw(cast, published)

    for address in ("feed.atom", "members/aurora-video.atom", "cycles/2026-h1.atom", "commitments/find.atom"):
        summaries = [text for _title, text in entries(client, f"/en/{address}")]
        assert any(REASON["en"] in text for text in summaries), address
        assert not any("Reason for find." in text for text in summaries), address


def test_an_empty_feed_never_says_the_time_of_day(client: Client, cast: Cast) -> None:
    first = client.get("/en/members/aurora-video.atom")
    feed = ElementTree.fromstring(first.content)

    assert (feed.findtext(f"{ATOM}updated") or "").startswith("1970-01-01")
    assert (
        client.get("/en/members/aurora-video.atom", headers={"If-None-Match": first["ETag"]}).status_code
        == 304
    )


def test_a_feed_was_changed_when_its_newest_entry_was(client: Client, published: Publication) -> None:
    feed = ElementTree.fromstring(client.get("/en/members/aurora-video.atom").content)
    moments = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]

    assert feed.findtext(f"{ATOM}updated") == max(str(moment) for moment in moments)


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("members/aurora-video/", "members/aurora-video.atom"),
        ("commitments/find/", "commitments/find.atom"),
        ("cycles/2026-h1/", "cycles/2026-h1.atom"),
        ("reports/aurora-video/2026-h1/", "reports/aurora-video/2026-h1.atom"),
    ],
)
def test_a_page_names_its_feed_for_programs(
    client: Client, published: Publication, page: str, feed: str
) -> None:
    text = client.get(f"/ru/{page}").content.decode()

    assert 'rel="alternate" type="application/atom+xml"' in text
    assert f'href="/ru/{feed}">' in text.split("</head>")[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("Версия 1.2 готова. Дальше.", "Версия 1.2 готова."),
        ("No end", "No end"),
        ("", ""),
    ],
)
def test_the_first_sentence_of_a_text(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_a_verdict_whose_reason_alone_was_corrected_says_so(
    client: Client, cast: Cast, published: Publication
) -> None:
    correct_verdict(cast, report(), {"value": "limited", "reason": "On a second look."})

    assert any("corrected: its reason" in text for _title, text in entries(client, "/en/feed.atom"))
