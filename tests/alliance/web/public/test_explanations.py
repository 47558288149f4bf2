"""What an indicator is, in words for readers, on public pages and in the data, else what is asked of members."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import Charter, Indicator
from tests.factories import Cast, make_cycle, read_charter
from tests.support.open_data import build_release, csv_rows
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

FOR_MEMBERS = "Count each piece once."
FOR_READERS = {"en": "How much was taken down.", "ru": "Сколько убрали."}


@pytest.fixture
def charter(cast: Cast) -> Charter:
    """A published report to a charter with words for both, in both languages."""
    charter = read_charter()
    for texts in (
        {"guidance_en": FOR_MEMBERS, "explanation_en": FOR_READERS["en"]},
        {"guidance_ru": "Считайте один раз.", "explanation_ru": FOR_READERS["ru"]},
    ):  # a charter in force takes a text in one language at a time
        Indicator.objects.filter(key="content-actioned").update(**texts)
    cycle = make_cycle(charter)
    figures = [submitted_figure("content-actioned", "120", service="aurora-kids")]
    make_published_report(cycle, cast.aurora, {"search": figures})
    make_published_cycle(cycle)
    return charter


@pytest.mark.usefixtures("charter")
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "path",
    [
        "compare/?indicator=content-actioned",
        "commitments/find/?indicator=content-actioned",
        "reports/aurora-video/2026-h1/",
        "reports/aurora-video/2026-h1/indicators/content-actioned/",
    ],
)
def test_public_pages_have_the_words_for_readers(client: Client, language: str, path: str) -> None:
    assert FOR_READERS[language] in words_of(client.get(f"/{language}/{path}"))


@pytest.mark.usefixtures("charter")
def test_pages_without_such_words_have_what_is_asked_of_members(client: Client) -> None:
    Indicator.objects.filter(key="content-actioned").update(explanation_en="", explanation="")
    Indicator.objects.filter(key="content-actioned").update(explanation_ru="")
    for path in ("compare/?indicator=content-actioned", "commitments/find/?indicator=content-actioned"):
        assert FOR_MEMBERS in words_of(client.get(f"/en/{path}"))


@pytest.mark.usefixtures("charter")
def test_the_comparison_has_both_and_says_which_is_which(client: Client) -> None:
    definitions = dict(client.get("/en/compare/?indicator=content-actioned").context["definitions"])
    assert definitions["What it means"] == FOR_READERS["en"]
    assert definitions["What members are asked for"] == FOR_MEMBERS


def test_programs_and_the_table_of_the_charter_have_both(client: Client, charter: Charter) -> None:
    build_release()
    row: Any = next(row for row in csv_rows("charter") if row["key"] == "content-actioned")
    assert (row["explanation_en"], row["explanation_ru"]) == (FOR_READERS["en"], FOR_READERS["ru"])
    assert row["text_en"] == FOR_MEMBERS
    whole = client.get(f"/api/v1/charters/{charter.key}/{charter.version}/").json()
    indicators = [
        indicator
        for chapter in whole["chapters"]
        for commitment in chapter["commitments"]
        for measure in commitment["measures"]
        for indicator in measure["indicators"]
    ]
    assert (
        next(each for each in indicators if each["key"] == "content-actioned")["explanation"] == FOR_READERS
    )
