"""The longest report that the bundled charter asks for, with the worst that people type, is printed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from alliance.models import Charter, Indicator, Report, Service
from alliance.queries.public.report_editions import report_edition
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.public_documents import request_public_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_service, read_cast
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import reader_of, text_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HOSTILE = (
    f"Смайлик 😀 {FAMILY} и #panic() $x$ *bold* _em_ <label> `raw` // /* — «кавычки».\n\n"
    "\u202eсправа налево\u202c \u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645 漢字 "
    + "оченьдлинноеслово" * 20
    + "\n\n"
    + "Мы проверяем каждую загрузку и каждый прямой эфир. " * 60
)
VALUES = {
    "count": "1234567890123456789",
    "amount": "12.5",
    "share": "81.3",
    "duration": "3.25",
    "yes_no": "1",
}


@pytest.fixture
def charter() -> Charter:
    raw = Path(settings.BASE_DIR, "alliance/data/charters/alliance.yaml").read_bytes()
    with acting_as(SYSTEM):
        return put_charter_in_force(SYSTEM, load_charter(SYSTEM, raw).charter)


@pytest.fixture
def cast() -> Cast:
    cast = read_cast()
    make_service(cast.aurora, "aurora-with-a-very-long-name-of-a-service")
    make_service(cast.aurora, "aurora-four")
    return cast


def figures_of(charter: Charter, services: list[Service]) -> dict[str, list[dict[str, Any]]]:
    """Every figure of the charter for every service, with every note filled in."""
    figures: dict[str, list[dict[str, Any]]] = {}
    for indicator in Indicator.objects.filter(charter=charter, type="figure").select_related("measure"):
        value = {
            "value": VALUES.get(indicator.value),
            "choice": indicator.choices[0]["key"] if indicator.choices else "",
        }
        words = {"method": HOSTILE[:300], "note": HOSTILE[300:500], "definition_note": HOSTILE[:200]}
        for service in services if indicator.scope == "service" else [None]:
            slug = service.slug if service else None
            row = submitted_figure(indicator.key, service=slug, definition_changed=True, **value, **words)
            figures.setdefault(indicator.measure.key, []).append(row)
    return figures


def test_thirty_measures_four_services_and_hostile_texts(cast: Cast, charter: Charter, full: bool) -> None:
    """In Russian, whose words are longer; with --full in English too."""
    verdicts = {commitment.key: "limited" for commitment in charter.commitments.all()}
    services = list(Service.objects.filter(slug__startswith="aurora").order_by("pk"))
    cycle = make_cycle(charter)
    make_published_report(
        cycle, cast.aurora, figures_of(charter, services), verdicts, {"": HOSTILE[:3900]}, answer=HOSTILE
    )

    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None
    languages = dict(settings.LANGUAGES) if full else ["ru"]
    documents = [request_public_report(edition, language) for language in languages]
    run_all_jobs()

    for document in documents:
        text = text_of(document)
        assert "#panic() $x$ *bold* _em_ <label> `raw` // /*" in text
        assert [sign for sign in ("\u202e", "\u200d", "😀") if sign in text] == []
        assert len(reader_of(document).pages) > 40
    assert Report.objects.get().state == "published"
