"""Every public place that shows a value of a report: there stands what is corrected, and nothing withdrawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicPlaces:
    """The addresses in one language, of a report of Aurora, one of its figures and its commitment `find`."""

    language: str
    cycle: str
    indicator: str

    @property
    def _begin(self) -> str:
        return f"/{self.language}"

    @property
    def _search(self) -> str:
        return f"q=aurora+{self.indicator.replace('-', '+')}"

    @property
    def report(self) -> str:
        """Without the slash or the ending."""
        return f"{self._begin}/reports/aurora-video/{self.cycle}"

    @property
    def of_report(self) -> tuple[str, ...]:
        """The report itself, which stays readable when it is withdrawn, and its files."""
        return f"{self.report}/", f"{self.report}.json", f"{self.report}.csv"

    @property
    def of_figure(self) -> tuple[str, ...]:
        chosen = f"indicator={self.indicator}"
        return (
            *self.of_report,
            f"{self._begin}/commitments/find/?{chosen}",
            f"{self._begin}/commitments/find/{self.indicator}.csv",
            f"{self._begin}/compare/?{chosen}",
            f"{self._begin}/compare/?{chosen}&view=table",
            f"{self._begin}/compare/?{chosen}&view=time",
            f"{self._begin}/compare.csv?{chosen}",
            f"{self._begin}/compare.svg?{chosen}",
            f"{self._begin}/changes/",
            f"{self._begin}/changes.csv",
            f"{self._begin}/members/aurora-video/",
            f"{self._begin}/members/aurora-video.json",
            f"{self._begin}/members/aurora-video.csv",
            f"{self._begin}/promises/",
            f"{self._begin}/promises.csv",
            f"{self._begin}/promises.json",
            f"{self._begin}/figures/?{chosen}",
            f"{self._begin}/embed/compare/?{chosen}",
            f"{self._begin}/search/?{self._search}&kind=figure",
            f"{self._begin}/search.csv?{self._search}",
            f"{self._begin}/search.atom?{self._search}",
            "/api/v1/figures/",
        )

    @property
    def of_answer(self) -> tuple[str, ...]:
        """Where a figure stands that answers a question of the home page: of the fastest members."""
        return (f"{self._begin}/",)

    @property
    def verdict_pages(self) -> tuple[str, ...]:
        """Where a verdict on a commitment is a word on a page: the words of its correction stand beside it."""
        return (
            f"{self.report}/",
            f"{self._begin}/",
            f"{self._begin}/cycles/{self.cycle}/",
            f"{self._begin}/commitments/find/",
            f"{self._begin}/members/aurora-video/",
            f"{self._begin}/reports/?commitment=find",
            f"{self._begin}/changes/",
            f"{self._begin}/promises/",
            f"{self._begin}/search/?q=aurora&kind=verdict",
            f"{self._begin}/embed/members/aurora-video/",
            f"{self._begin}/embed/cycles/{self.cycle}/aurora-video/",
        )

    @property
    def verdict_files(self) -> tuple[str, ...]:
        return (
            f"{self.report}.json",
            f"{self._begin}/cycles/{self.cycle}/verdicts.csv",
            f"{self._begin}/cycles/{self.cycle}.json",
            f"{self._begin}/commitments/find.json",
            f"{self._begin}/commitments/find.csv",
            f"{self._begin}/members/aurora-video.json",
            f"{self._begin}/changes.csv",
            "/api/v1/verdicts/",
        )

    @property
    def of_verdict(self) -> tuple[str, ...]:
        return *self.verdict_pages, *self.verdict_files

    @property
    def of_text(self) -> tuple[str, ...]:
        """Where an answer of the report stands with what it was, or the publication that corrected it says so."""
        return f"{self.report}/", f"{self.report}.json", self._of_api, *self._of_changes

    @property
    def of_reply(self) -> tuple[str, ...]:
        """The same of a reply, to one commitment or to all verdicts."""
        return f"{self.report}/", self._of_api, *self._of_changes

    @property
    def of_reply_to_commitment(self) -> tuple[str, ...]:
        """And of one to the commitment besides, where it is quoted."""
        return *self.of_reply, f"{self._begin}/commitments/find/"

    @property
    def of_target(self) -> tuple[str, ...]:
        """The same of a target of a pledge to the commitment."""
        return (
            f"{self.report}/",
            f"{self._begin}/members/aurora-video/",
            f"{self._begin}/commitments/find/",
            f"{self._begin}/promises/",
            f"{self._begin}/promises.csv",
            f"{self._begin}/promises.json",
            "/api/v1/pledges/",
            *self._of_changes,
        )

    @property
    def _of_api(self) -> str:
        return f"/api/v1/reports/aurora-video/{self.cycle}/"

    @property
    def _of_changes(self) -> tuple[str, ...]:
        return f"{self._begin}/changes/?since=2000-01-01", f"{self._begin}/feed.atom"

    @property
    def search(self) -> str:
        """What is found of the member, of any kind: beside a corrected text the mark, and not what it was."""
        return f"{self._begin}/search/?q=aurora"

    @property
    def report_files(self) -> tuple[str, ...]:
        """The report on paper and as a workbook."""
        return f"{self.report}/report.pdf", f"{self.report}/report.xlsx"

    @property
    def feeds(self) -> tuple[str, ...]:
        return (
            f"{self._begin}/feed.atom",
            f"{self.report}.atom",
            f"{self._begin}/members/aurora-video.atom",
            f"{self._begin}/cycles/{self.cycle}.atom",
        )
