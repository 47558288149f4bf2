"""The search over the public record as a reader types it, and a report that answers about grooming."""

from urllib.parse import quote

from django.test import Client

from alliance.models import Cycle
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.search import find, rebuild_index
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report

ANSWER = "Signs of grooming in voice rooms are looked at within an hour by our moderators."


def publish_answer(cast: Cast, cycle: Cycle) -> Publication:
    """Aurora answers about grooming, in English; the reasons of its verdicts are in Russian."""
    publication = make_published_report(
        cycle,
        cast.aurora,
        verdicts={"find": "limited"},
        language="ru",
        answer=ANSWER,
        replies={"find": "So it is."},
    )
    rebuild_index()
    touch_public_revision()
    return publication


def page(client: Client, text: str, rest: str = "", language: str = "en") -> str:
    """The page of results for this text; `rest` are further parameters of its address."""
    response = client.get(f"/{language}/search/?q={quote(text)}{rest}")
    assert response.status_code == 200
    return response.content.decode()


def words(client: Client, text: str, rest: str = "", language: str = "en") -> str:
    """What that page says."""
    return words_of(client.get(f"/{language}/search/?q={quote(text)}{rest}"))


def kinds_of(text: str, **options: bool) -> set[str]:
    """Of which kinds the results are."""
    return {hit.kind for hit in find(text, **options).hits}
