"""The matrix at the API's other doors: what the world reads of practices, and reports that cite the use of one.

The doors stand in tests/support/matrix_api.py; those of the library are asked in tests/practices/test_api_matrix.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from django.urls import reverse

from alliance.enums import ReportState
from alliance.models import Evidence, Measure, Organisation, Report
from portal.kernel.access import SYSTEM
from portal.kernel.models import Publication
from portal.kernel.row_security import acting_as
from practices.enums import Label
from practices.services.publications import publish_withdrawal
from tests.factories import make_charter, make_cycle, make_report
from tests.support.bearers import Bearers, bare
from tests.support.matrix_api import (
    CITING,
    HOLDERS,
    MISSING,
    PROGRAMS,
    PUBLIC_LISTS,
    PUBLIC_RECORD,
    REFUSED,
    record_url,
    told,
)
from tests.support.practice_matrix import HOSTS, Matrix, harm_of, word
from tests.support.published import published, published_cycle
from tests.support.submissions import body_of, make_submission

pytestmark = [pytest.mark.usefixtures("undone_matrix", "unlimited"), pytest.mark.xdist_group("matrix")]

AURORA = ("author", "colleague", "narrow")  # whose reports they are
HIDDEN = [label for label in Label.values if label != Label.CLEAR]
HEADERS: tuple[dict[str, str], ...] = ({}, {"Accept-Language": "ru"}, {"If-None-Match": "*"})


@dataclass(frozen=True)
class Cited:
    """Aurora's reports, each with the use of all five practices as public evidence."""

    draft: Report
    filed: Report
    evidence: Mapping[str, Evidence]
    references: tuple[str, ...]

    def url(self, route: str) -> str:
        """The address of one of them; the public one's is that of the record."""
        name = route.removeprefix("api:")
        if name in ("own-report-list", "obligation-list"):
            return reverse(route)
        if name == "report":
            return reverse(route, kwargs={"slug": "aurora", "cycle": "2025-h1"})
        numbered = {"number": 1} if name in ("own-submission", "filed") else {}
        report = self.filed if "submission" in name or "filed" in name else self.draft
        return reverse(route, kwargs={"pk": report.pk, **numbered})


@pytest.fixture(scope="module")
def cited(matrix: Matrix) -> Cited:
    references = {label: str(use.key) for label, use in matrix.uses.items()}
    with acting_as(SYSTEM):
        aurora, charter = Organisation.objects.get(slug="aurora"), make_charter()
        draft, filed = (make_report(make_cycle(charter, slug), aurora) for slug in ("2026-h1", "2025-h2"))
        measures = body_of(filed)["measures"]
        measures[0]["evidence"] = [_item(number, one) for number, one in enumerate(references.values(), 1)]
        make_submission(filed, ReportState.IN_REVIEW, measures=measures)
        before = make_cycle(charter, "2025-h1")
        published(before, aurora, measures=measures)
        published_cycle(before)
        search = Measure.objects.get(charter=charter, key="search")
        evidence = {
            label: Evidence.objects.create(
                report=draft, organisation=aurora, measure=search, kind="practice", disclosure="public",
                source="adoption", reference=reference,
            )
            for label, reference in references.items()
        }  # fmt: skip
    return Cited(draft, filed, evidence, tuple(references.values()))


def _item(number: int, reference: str) -> dict[str, Any]:
    """The citation as a submission keeps it."""
    empty = dict.fromkeys(("title", "url", "file_name", "media_type", "sha256"), "")
    return {
        "id": number, "kind": "practice", **empty, "size": 0, "disclosure": "public", "source": "adoption",
        "reference": reference,
    }  # fmt: skip


# --- The record ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["public", "author", "named", "host_named", "narrow", "expired"])
def test_the_world_reads_what_is_clear_and_for_the_rest_there_is_nothing(
    matrix: Matrix, bearers: Bearers, who: str
) -> None:
    """Whoever asks: what somebody reads in the library is no more public to them."""
    for route in PUBLIC_RECORD:
        for headers in HEADERS:
            urls = [record_url(matrix, route, label) for label in HIDDEN]
            missing = bare(
                bearers.ask(who, "GET", record_url(matrix, route, "", there=False), headers=headers)
            )

            assert [bare(bearers.ask(who, "GET", url, headers=headers)) for url in urls] == [missing] * 4, (
                route
            )
            assert missing[0] == (401 if who in REFUSED[1:] else 404), route
        clear = bearers.ask(who, "GET", record_url(matrix, route, Label.CLEAR))
        assert clear.status == (401 if who in REFUSED[1:] else 200), route


@pytest.mark.parametrize("who", ["public", "author", "named", "host_named"])
def test_public_answers_say_nothing_of_what_is_not_clear(
    matrix: Matrix, bearers: Bearers, cited: Cited, who: str
) -> None:
    """The published report cites a use of each practice; the hub is derived from each."""
    practices = reverse("api:public-practice-list")
    numbers = Publication.objects.values_list("number", flat=True)
    urls = [
        *map(reverse, PUBLIC_LISTS),
        *(f"{practices}?{query}" for query in ("text=canary", "limit=1", "kind=technique", "measure=search")),
        *(reverse("api:publication", kwargs={"number": number}) for number in numbers),
        *(reverse(route, kwargs={"key": matrix.hub.key, **rest}) for route, rest in PUBLIC_RECORD.items()),
        cited.url("api:report"),
    ]
    languages = cycle(("en", "ru"))
    seen = {
        url: bearers.ask(who, "GET", url, headers={"Accept-Language": next(languages)})
        for url in (*urls, *urls[::-1][len(urls) % 2 :])
    }

    assert {one.status for one in seen.values()} == {200}
    assert {url: found for url, one in seen.items() if (found := told(matrix, one) - {Label.CLEAR})} == {}
    assert told(matrix, seen[practices]) == {Label.CLEAR}
    assert word(Label.CLEAR, "title") in seen[cited.url("api:report")].text


def test_looking_for_what_is_not_clear_finds_nothing(matrix: Matrix, bearers: Bearers) -> None:
    practices = reverse("api:public-practice-list")
    for label in HIDDEN:
        for query in (f"harm={harm_of(label)}", f"text={word(label, 'summary')}"):
            assert json.loads(bearers.ask("public", "GET", f"{practices}?{query}").body)["results"] == [], (
                query
            )


def test_of_what_was_withdrawn_the_world_learns_that_it_was_and_why(matrix: Matrix, bearers: Bearers) -> None:
    practice = matrix.practices[Label.CLEAR]
    with acting_as(SYSTEM):
        publish_withdrawal(SYSTEM, practice, "It misjudges school classes.")
        practice.label, practice.state = Label.RED, "recalled"
        practice.save(update_fields=["label", "state"])
    answers = {
        route: bearers.ask("public", "GET", record_url(matrix, route, Label.CLEAR)) for route in PUBLIC_RECORD
    }
    item, said = answers["api:public-practice"], json.loads(answers["api:public-practice"].body)

    assert (said["state"], said["reason"]) == ("withdrawn", "It misjudges school classes.")
    assert {name for name in ("content", "files", "relations", "uses") if said[name]} == set()
    assert word(Label.CLEAR, "summary") not in item.text
    assert answers["api:public-practice-markdown"].status == 404
    assert (
        word(Label.CLEAR, "title")
        not in bearers.ask("public", "GET", reverse("api:public-practice-list")).text
    )


# --- Reports that cite -----------------------------------------------------------------------


@pytest.mark.parametrize("who", PROGRAMS)
def test_a_report_names_no_practice_that_it_cites(
    matrix: Matrix, bearers: Bearers, cited: Cited, who: str
) -> None:
    """Whoever reads the report reads that a use is cited, by its key; nobody else reads even that."""
    for route in CITING:
        seen = bearers.ask(who, "GET", cited.url(route))
        of_desk = route.startswith(("api:obligation", "api:filed"))
        reads_it = who in HOSTS if of_desk else who in AURORA
        listing = route == "api:own-report-list"  # everybody's own

        assert told(matrix, seen, *(cited.references if reads_it else ())) == set(), route
        assert (seen.status == 200) == (reads_it or (listing and who in HOLDERS)), route


def _cite(cited: Cited, reference: str) -> tuple[str, dict[str, str]]:
    url = reverse("api:own-evidence-practices", kwargs={"pk": cited.draft.pk, "measure": "speed"})
    return url, {"source": "adoption", "reference": reference}


@pytest.mark.parametrize("who", PROGRAMS)
def test_to_cite_what_one_may_not_read_is_to_cite_nothing(
    matrix: Matrix, bearers: Bearers, cited: Cited, who: str
) -> None:
    """Also where a colleague, who may read it, has cited it already."""
    url, nothing = _cite(cited, MISSING)
    refused = bare(bearers.ask(who, "POST", url, nothing))
    answers = {
        label: bearers.ask(who, "POST", *_cite(cited, str(use.key))) for label, use in matrix.uses.items()
    }
    taken = {
        "author": set(Label.values),
        "narrow": set(Label.values),
        "colleague": set(Label.values) - {"red"},
    }
    mine = taken.get(who, set())

    assert {label for label, seen in answers.items() if seen.status == 201} == mine
    assert {label: bare(seen) for label, seen in answers.items() if label not in mine} == dict.fromkeys(
        set(Label.values) - mine, refused
    )
    assert [told(matrix, seen, *cited.references) for seen in answers.values()] == [set()] * 5


def test_a_citation_that_one_may_not_follow_is_not_told_from_none(
    matrix: Matrix, bearers: Bearers, cited: Cited
) -> None:
    red = str(matrix.uses[Label.RED].key)
    with acting_as(SYSTEM):
        Evidence.objects.filter(pk=cited.evidence[Label.RED].pk).update(
            measure=Measure.objects.get(charter=cited.draft.cycle.charter, key="speed")
        )
    again, other, nothing = (
        bearers.ask(who, "POST", *_cite(cited, reference))
        for who, reference in (("author", red), ("colleague", red), ("colleague", MISSING))
    )

    assert again.status == 422
    assert bare(other) == bare(nothing)
    assert bare(other) != bare(again)


@pytest.mark.parametrize("who", [one for one in PROGRAMS if one not in AURORA])
def test_nobody_else_takes_a_citation_back_or_learns_of_it(bearers: Bearers, cited: Cited, who: str) -> None:
    def remove(report: int, evidence: int) -> Any:
        return bearers.ask(
            who, "DELETE", reverse("api:own-evidence", kwargs={"pk": report, "evidence": evidence})
        )

    there = [bare(remove(cited.draft.pk, row.pk)) for row in cited.evidence.values()]

    assert there == [bare(remove(cited.draft.pk, 999_999_999))] * 5
    assert there[0] == bare(remove(999_999_999, 999_999_999))
    assert there[0][0] in (401, 403, 404)
