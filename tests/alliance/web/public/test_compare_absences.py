"""Lines of a comparison that have no figure, with the reason that their member gave."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_cycle, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
REASON = "Counting begins in July."


@pytest.fixture(autouse=True)
def half_year() -> None:
    """Hours of one service; of another none, with a reason; of a third one withheld, also with one."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    services: dict[str, dict[str, Any]] = {
        "clips": {"value": "4"},
        "games": {"value": None, "status": "not_measured", "reason": REASON},
        "news": {
            "value": None, "status": "declined", "reason": "A secret.", "disclosure": "secretariat",
            "disclosure_reason": "A trade secret.",
        },
    }  # fmt: skip
    for slug in services:
        make_service(cast.aurora, slug)
    figures = [
        submitted_figure("time-to-removal", service=slug, **values) for slug, values in services.items()
    ]
    make_published_report(cycle, cast.aurora, {"speed": figures})
    make_published_cycle(cycle)


def test_a_line_without_a_place_has_the_reason_that_its_member_gave(client: Client) -> None:
    words = words_of(client.get("/en/compare/?indicator=time-to-removal"))

    assert f"Games Aurora Video Not measured {REASON}" in words
    assert "A secret." not in words


def test_a_reason_in_the_other_language_says_in_which(client: Client) -> None:
    text = client.get("/ru/compare/?indicator=time-to-removal").text
    beginning = text.partition(REASON)[0][-120:]

    assert 'lang="en"' in beginning
    assert "На английском" in beginning
