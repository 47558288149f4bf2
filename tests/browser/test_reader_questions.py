"""What readers ask of the portal, answered in at most three clicks from the home page, in both languages."""

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from alliance.models import Cycle, Organisation, PublicFile, PublishedPledge, Site
from alliance.queries.public.report_editions import report_edition
from alliance.queries.site import read_site
from alliance.services.public_documents import request_public_report
from alliance.services.target_outcomes import project_targets
from portal.kernel import clock, search
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication, revision_cache, touch_public_revision
from practices.enums import Label
from tests.factories import make_cycle, read_cast, read_charter
from tests.factories.practices import make_shared
from tests.support import database
from tests.support.jobs import run_all_jobs
from tests.support.open_data import build_release
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.snapshots import Snapshot, snapshot
from tests.support.submissions import submitted_figure

LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])
MOST_CLICKS = 3
TARGET = "Nine in ten found before anybody complains."


class Reader:
    """Somebody at the home page who clicks on words, and counts how often."""

    def __init__(self, page: Page, site: str, language: str) -> None:
        self.page, self.language, self.clicks = page, language, 0
        page.goto(f"{site}/{language}/")

    def words(self, text: str) -> str:
        """A text of the portal in the reader's language."""
        with translation.override(self.language):
            return translation.gettext(text)

    def follow(self, name: str | re.Pattern[str], within: str = "main") -> None:
        """Click on the first link of this name."""
        self.click(self.page.locator(within).get_by_role("link", name=name).first)

    def click(self, link: Locator) -> None:
        self._count()
        link.click()

    def search(self, text: str) -> None:
        """Type into the search field of the page's head, and send it: a click too."""
        self._count()
        field = self.page.get_by_role("searchbox").first
        field.fill(text)
        field.press("Enter")

    def _count(self) -> None:
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def reads(self, *texts: str | re.Pattern[str]) -> None:
        """Wait until the page says all of this."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)


def make_record() -> None:
    """A year of reports: Beacon is faster than Aurora, whose verdict falls and who misses its target."""
    cast, charter = read_cast(), read_charter()
    Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance", "name_ru": "Альянс"})
    hours = {"2025-h1": ("12", "4"), "2025-h2": ("11", "3"), "2026-h1": ("9", "2.5")}
    verdicts = {"2025-h1": ("complete", "limited"), "2025-h2": ("complete", "limited")}
    for slug, values in hours.items():
        cycle = make_cycle(charter, slug)
        at = datetime.combine(cycle.ends_on, time(12), UTC)
        members = zip((cast.aurora, cast.beacon), ("aurora-kids", "beacon-web"), values, strict=True)
        for place, (member, service, value) in enumerate(members):
            figures = {"speed": [submitted_figure("time-to-removal", value, service=service)]}
            verdict = verdicts.get(slug, ("limited", "complete"))[place]
            with clock.at(at):
                make_published_report(cycle, member, figures, {"find": verdict})
        make_published_cycle(cycle)
        Cycle.objects.filter(pk=cycle.pk).update(published_at=at)
    _miss_a_target(cast.aurora)
    make_shared(cast, Label.CLEAR)
    search.rebuild_index()
    touch_public_revision()


def build_pdf() -> None:
    """The PDF of Beacon's last report, in English."""
    edition = report_edition("beacon-search", "2026-h1")
    assert edition is not None
    with acting_as(SYSTEM):
        Job.objects.all().delete()
        request_public_report(edition, "en", "pdf")
    run_all_jobs()


def _miss_a_target(member: Organisation) -> None:
    make_published_pledge(member, {"text": TARGET, "due_on": "2026-03-31"})
    decision = {
        "state": "missed",
        "reason": {"en": "Seven were.", "ru": "Найдено семь."},
        "decided_on": "2026-07-01",
    }
    pledge = PublishedPledge.objects.get()
    pledge.targets = [{**target, "decision": decision} for target in pledge.targets]
    pledge.save()
    project_targets(Publication.objects.latest("number"), [member.pk])


@pytest.fixture(scope="module")
def record(
    django_db_setup: None, django_db_blocker: Any, database_state: database.DatabaseState
) -> Iterator[Snapshot[None]]:
    """The record, made once for this module, with its open data."""
    database_state.touched = True

    def make() -> None:
        with transaction.atomic():
            make_record()
        build_release()
        build_pdf()

    with django_db_blocker.unblock(), snapshot("questions", make) as made:
        yield made


@pytest.fixture
def site(live_server: Any, record: Snapshot[None]) -> str:
    record.restore()
    read_site.forget()
    revision_cache.clear()
    return str(live_server.url)


@LANGUAGES
def test_which_company_is_fastest(site: str, page: Page, language: str) -> None:
    reader = Reader(page, site, language)
    hours = "2.5" if language == "en" else "2,5"
    reader.reads(re.compile(rf"Beacon Web.*Beacon Search.*{hours}"))

    reader.follow(reader.words("Which company is the fastest?"))

    first = page.locator(".ranked-table tbody tr").first
    expect(first).to_contain_text("Beacon Web")
    expect(first).to_contain_text(hours)


@LANGUAGES
def test_which_promise_a_member_has_not_met(site: str, page: Page, language: str) -> None:
    reader = Reader(page, site, language)

    reader.follow(reader.words("What was promised and not kept?"))
    reader.reads(TARGET)
    reader.follow(re.compile("Aurora Video"))

    promises = page.locator("#promises")
    expect(promises).to_contain_text(TARGET)
    expect(promises.locator(".state.danger").first).to_have_text(_missed(language))


def _missed(language: str) -> str:
    with translation.override(language):
        return translation.pgettext("target", "Missed")


@LANGUAGES
def test_what_changed_since_last_year(site: str, page: Page, language: str) -> None:
    reader = Reader(page, site, language)
    moved = {"en": "1 verdict rose and 1 fell.", "ru": "Повысилась 1 оценка и снизилась 1."}
    reader.reads(moved[language])

    reader.follow(reader.words("What changed since last year?"))
    fell, rose = page.locator("#fell"), page.locator("#rose")

    expect(fell).to_contain_text("Aurora Video")
    expect(rose).to_contain_text("Beacon Search")
    reader.click(fell.get_by_role("link", name=re.compile("Aurora Video")))
    expect(page).to_have_url(re.compile(r"/reports/aurora-video/2026-h1/#commitment-find$"))


@LANGUAGES
def test_a_sum_of_the_home_page_leads_to_what_it_counts(site: str, page: Page, language: str) -> None:
    reader = Reader(page, site, language)

    reader.click(page.locator('.verdict-changes a[href$="#fell"]'))

    expect(page.locator("#fell tr")).to_have_count(2)
    expect(page.locator("#fell")).to_contain_text("Aurora Video")


@LANGUAGES
def test_all_figures_in_one_table(site: str, page: Page, language: str) -> None:
    reader = Reader(page, site, language)

    with page.expect_download() as download:
        reader.follow(re.compile("^CSV"))
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8").splitlines()))

    values = {
        (row["member"], row["cycle"]): row["value"] for row in rows if row["indicator"] == "time-to-removal"
    }
    assert len(values) == 6
    assert values["beacon-search", "2026-h1"] == "2.5"


@pytest.mark.parametrize(("language", "word"), [("en", "grooming"), ("ru", "груминг")])
def test_what_there_is_on_grooming(site: str, page: Page, language: str, word: str) -> None:
    reader = Reader(page, site, language)

    reader.search(word)
    reader.follow("Slow the first message")

    reader.reads("A first message waits.")


@LANGUAGES
def test_whether_a_pdf_is_the_one_that_was_published(
    site: str, page: Page, language: str, tmp_path: Path
) -> None:
    file = PublicFile.objects.get(kind="report.pdf")
    pdf, other = tmp_path / "report.pdf", tmp_path / "other.pdf"
    pdf.write_bytes(page.request.get(f"{site}/en/publications/{file.number}/files/{file.sha256}").body())
    other.write_bytes(pdf.read_bytes() + b" ")
    reader = Reader(page, site, language)
    verified = page.locator(".verified")

    reader.follow(reader.words("Is this document the one that was published?"))
    page.wait_for_load_state()  # the script that works out digests listens
    page.locator("#verify-files input[type=file]").set_input_files(pdf)
    expect(verified.last).to_contain_text(reader.words("Genuine and current"))
    expect(verified.last).to_contain_text(file.sha256)
    expect(verified.last).to_contain_text(
        reader.words(
            "Computed again on this device, link by link: the chain holds from the first publication to the last."
        )
    )

    page.locator("#verify-files input[type=file]").set_input_files(other)
    expect(verified.last).to_contain_text(hashlib.sha256(other.read_bytes()).hexdigest())
    expect(verified.last).not_to_contain_text(reader.words("Genuine and current"))
