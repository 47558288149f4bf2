"""What anybody reads of Aurora’s report: where a corrected figure and verdict stand, and nothing withdrawn."""

from collections.abc import Sequence

from django.utils.html import strip_tags
from django.utils.translation import override, pgettext

from alliance.enums import VerdictValue
from alliance.models import Withdrawal
from alliance.queries.public.wording import correction_of_verdict
from alliance.tasks import enqueue_open_data_task
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.support.browser_desk import Desk
from tests.support.jobs import run_all_jobs
from tests.support.public_places import PublicPlaces

# of the cycle, each with its address under the cycle's
CYCLE_FILES = {"pdf": "cycle.pdf", "xlsx": "cycle.xlsx", "matrix-pdf": "matrix.pdf"}


class PublicRecord:
    """A reader's window on the report, in one language; `figures` is the corrected one as the languages write it."""

    def __init__(self, reader: Desk, places: PublicPlaces, figures: tuple[str, str]) -> None:
        self.reader, self.places, self.language = reader, places, places.language
        self._figures = figures

    @property
    def report_url(self) -> str:
        return self.places.of_report[0]

    @property
    def publication(self) -> int:
        """The newest of the report."""
        return int(Publication.objects.filter(type="report").latest("number").number)

    def say(self, english: str, context: str) -> str:
        with override(self.language):
            return str(pgettext(context, english))

    def label(self, value: VerdictValue) -> str:
        with override(self.language):
            return str(value.label)

    def places_with(self, addresses: Sequence[str], *values: str) -> set[str]:
        """Those of the addresses where one of the values stands."""
        texts = {address: strip_tags(self.reader.read(address)) for address in addresses}
        return {address for address, text in texts.items() if any(value in text for value in values)}

    def expect_the_figure(self) -> None:
        """The corrected one, wherever the public may look."""
        addresses = self.places.of_figure
        assert set(addresses) - self.places_with(addresses, *self._figures) == set()

    def mark_of(self, value: VerdictValue, before: VerdictValue) -> str:
        """How the public reads beside a verdict that it was corrected: no key to the verdicts has these words."""
        with override(self.language):
            return correction_of_verdict(value, before)

    def places_of_the_verdict(
        self, value: VerdictValue, before: VerdictValue, *, without: Sequence[str] = ()
    ) -> set[str]:
        """Pages on which it stands with what it was, and files that have it."""
        pages, files = (
            [each for each in addresses if each not in without]
            for addresses in (self.places.verdict_pages, self.places.verdict_files)
        )
        marked = self.places_with(pages, self.mark_of(value, before))
        return marked | self.places_with(files, value, self.label(value))

    def expect_the_verdict(self, value: VerdictValue, before: VerdictValue, reason: str) -> None:
        """The corrected one, wherever the public may look; its reason on the report."""
        assert set(self.places.of_verdict) - self.places_of_the_verdict(value, before) == set()
        assert reason in self.reader.open(self.report_url).words

    def expect_in_files_and_feeds(self, *words: str) -> None:
        """The PDF and the workbook of the report have them; every feed names its last publication."""
        for path in self.places.report_files:
            content = self.reader.words_of_file(path)
            assert [each for each in words if each not in content] == [], path
        number = f"/publications/{self.publication}/"
        assert [feed for feed in self.places.feeds if number not in self.reader.read(feed)] == []

    def files_of_the_cycle(self) -> dict[str, str]:
        """The words of the cycle's summary, workbook and matrix, each asked for as anybody may."""
        begin = f"/{self.language}/cycles/{self.places.cycle}/"
        for format_ in CYCLE_FILES:
            button = f'#{format_} button[type="submit"]'
            if self.reader.open(f"{begin}document/").page.locator(button).count():  # else it is made already
                self.reader.follow(button)
        run_all_jobs()
        return {name: self.reader.words_of_file(f"{begin}{name}") for name in CYCLE_FILES.values()}

    def open_data(self, *tables: str) -> str:
        """The rows of these tables about the report, as they are built next."""
        enqueue_open_data_task()
        run_all_jobs()
        rows = "\n".join(self.reader.read(f"/data/v1/{table}.csv") for table in tables).splitlines()
        return "\n".join(row for row in rows if "aurora-video," in row and f",{self.places.cycle}," in row)

    def expect_in_files_of_the_cycle_and_open_data(self, value: VerdictValue, before: VerdictValue) -> None:
        """The corrected figure and verdict, each with what it was."""
        figure, mark = self._figures[self.language == "ru"], self.mark_of(value, before)
        summary, workbook, matrix = self.files_of_the_cycle().values()
        assert [words for words in (summary, workbook, matrix) if mark not in words] == []
        assert [
            words for words in (summary, workbook) if figure not in words and self._figures[0] not in words
        ] == []
        figures, verdicts = self.open_data("figures"), self.open_data("verdicts")
        assert self._figures[0] in figures
        assert f",{value}," in verdicts
        assert f",{before}," in verdicts

    def expect_in_no_file_of_the_cycle_and_no_open_data(
        self, value: VerdictValue, before: VerdictValue
    ) -> None:
        files = self.files_of_the_cycle()
        lost = (*self._figures, self.mark_of(value, before))
        assert [name for name, words in files.items() for each in lost if each in words] == []
        assert self.open_data("figures", "verdicts") == ""

    def expect_withdrawn(self, value: VerdictValue, before: VerdictValue) -> None:
        """The report says so, and member and cycle; figure and verdict stand on the report alone, and in no file."""
        withdrawn = self.say("Withdrawn", "report")
        for path in (
            self.report_url,
            f"/{self.language}/members/aurora-video/",
            f"/{self.language}/cycles/{self.places.cycle}/",
        ):
            assert withdrawn in self.reader.open(path).words, path
        others = {*self.places.of_figure} - {*self.places.of_report}
        assert self.places_with(sorted(others), *self._figures) == set()
        framed = self.places.verdict_pages[-1]  # the row of the report
        assert self.reader.get(framed).status == 410
        own = (*self.places.of_report, framed)
        assert self.places_of_the_verdict(value, before, without=own) == set()
        assert [path for path in self.places.report_files if self.reader.get(path).ok] == []
        self.expect_in_no_file_of_the_cycle_and_no_open_data(value, before)
        with acting_as(SYSTEM):
            number = f"/publications/{Withdrawal.objects.get().published_as}/"
        feeds = [feed for feed in self.places.feeds if not feed.startswith(self.places.report)]
        assert [feed for feed in feeds if number not in self.reader.read(feed)] == []
