"""The matrix at the API's other routes: what the public reads of practices, and reports that cite the use of one.

A route is asked once for each kind of answer, with `--full` by everybody. The routes stand in
tests/support/api_matrix.py; those of the library are asked in tests/practices/test_api_matrix.py
and the modules that it names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from alliance.enums import ReportState
from alliance.models import Evidence, Measure, Organisation, Report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from practices.enums import Label
from practices.services.publications import publish_withdrawal
from tests.factories import make_charter, make_cycle, make_report
from tests.support.api_matrix import (
    CITING,
    LIMITED_TOKENS,
    MISSING,
    PROGRAMS,
    PUBLIC_LISTS,
    PUBLIC_RECORD,
    REFUSED,
    WITH_TOKEN,
    labels_disclosed,
    record_url,
)
from tests.support.bearers import Bearers, comparable
from tests.support.label_matrix import HOSTS, LabelMatrix, canary_text, harm_of, pick_one
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import body_of, make_submission

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("matrix_rollback", "unlimited"),
    pytest.mark.xdist_group("matrix"),
]

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
def cited(matrix: LabelMatrix) -> Cited:
    references = {label: str(use.key) for label, use in matrix.uses.items()}
    with acting_as(SYSTEM):
        aurora, charter = Organisation.objects.get(slug="aurora"), make_charter()
        draft, filed = (make_report(make_cycle(charter, slug), aurora) for slug in ("2026-h1", "2025-h2"))
        measures = body_of(filed)["measures"]
        measures[0]["evidence"] = [
            _item(number, reference) for number, reference in enumerate(references.values(), 1)
        ]
        make_submission(filed, ReportState.IN_REVIEW, measures=measures)
        before = make_cycle(charter, "2025-h1")
        make_published_report(before, aurora, measures=measures)
        make_published_cycle(before)
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


# Programs that ask for the public record; what somebody reads in the library is no more public to them.
OF_RECORD = ("public", "author", "named", "host_named", "narrow", "expired")


@pytest.mark.parametrize("route", PUBLIC_RECORD)
def test_the_public_reads_what_is_clear_and_of_the_rest_there_is_nothing(
    matrix: LabelMatrix, bearers: Bearers, full: bool, route: str
) -> None:
    for place, headers in enumerate(HEADERS):
        for who in OF_RECORD if full else ("public", OF_RECORD[1 + place], pick_one(OF_RECORD, route)):
            refused = who in REFUSED[1:]
            missing = comparable(
                bearers.ask(who, "GET", record_url(matrix, route, "", there=False), headers=headers)
            )
            hidden = {
                label: comparable(bearers.ask(who, "GET", record_url(matrix, route, label), headers=headers))
                for label in HIDDEN
            }
            clear = bearers.ask(who, "GET", record_url(matrix, route, Label.CLEAR))

            assert hidden == dict.fromkeys(HIDDEN, missing), who
            assert (missing[0], clear.status) == ((401, 401) if refused else (404, 200)), who


def test_public_answers_say_nothing_of_what_is_not_clear(
    matrix: LabelMatrix, bearers: Bearers, cited: Cited, full: bool
) -> None:
    """The published report cites a use of each practice; the hub is derived from each. In both languages."""
    practices = reverse("api:public-practice-list")
    numbers = Publication.objects.values_list("number", flat=True)
    urls = [
        *map(reverse, PUBLIC_LISTS),
        *(f"{practices}?{query}" for query in ("text=canary", "limit=1", "kind=technique", "measure=search")),
        *(reverse("api:publication", kwargs={"number": number}) for number in numbers),
        *(reverse(route, kwargs={"key": matrix.hub.key, **rest}) for route, rest in PUBLIC_RECORD.items()),
        cited.url("api:report"),
    ]
    programs = ("author", "named", "host_named")
    for url in urls:
        for who in ("public", *(programs if full else [pick_one(programs, url)])):
            for language in ("en", "ru") if full or who == "public" else ("en",):
                seen = bearers.ask(who, "GET", url, headers={"Accept-Language": language})
                assert seen.status == 200, (url, who)
                assert labels_disclosed(matrix, seen) <= {Label.CLEAR}, (url, who)
    assert labels_disclosed(matrix, bearers.ask("public", "GET", practices)) == {Label.CLEAR}
    assert canary_text(Label.CLEAR, "title") in bearers.ask("public", "GET", cited.url("api:report")).text


def test_looking_for_what_is_not_clear_finds_nothing(matrix: LabelMatrix, bearers: Bearers) -> None:
    practices = reverse("api:public-practice-list")
    for label in HIDDEN:
        for query in (f"harm={harm_of(label)}", f"text={canary_text(label, 'summary')}"):
            assert json.loads(bearers.ask("public", "GET", f"{practices}?{query}").body)["results"] == [], (
                query
            )


def test_of_what_was_withdrawn_the_public_learns_that_it_was_and_why(
    matrix: LabelMatrix, bearers: Bearers
) -> None:
    practice = matrix.practices[Label.CLEAR]
    with acting_as(SYSTEM):
        publish_withdrawal(SYSTEM, practice, "It misjudges school classes.")
        practice.label, practice.state = Label.RED, "recalled"
        practice.save(update_fields=["label", "state"])
    answers = {
        route: bearers.ask("public", "GET", record_url(matrix, route, Label.CLEAR)) for route in PUBLIC_RECORD
    }
    item, data = answers["api:public-practice"], json.loads(answers["api:public-practice"].body)

    assert (data["state"], data["reason"]) == ("withdrawn", "It misjudges school classes.")
    assert {name for name in ("content", "files", "relations", "uses") if data[name]} == set()
    assert canary_text(Label.CLEAR, "summary") not in item.text
    assert answers["api:public-practice-markdown"].status == 404
    assert (
        canary_text(Label.CLEAR, "title")
        not in bearers.ask("public", "GET", reverse("api:public-practice-list")).text
    )


# --- Reports that cite -----------------------------------------------------------------------


def test_a_report_names_no_practice_that_it_cites(
    matrix: LabelMatrix, bearers: Bearers, cited: Cited, full: bool
) -> None:
    """Everyone who reads the report reads that a use is cited, by its key; nobody else reads even that."""
    for route in CITING:
        of_secretariat = route.startswith(("api:obligation", "api:filed"))
        reading = HOSTS if of_secretariat else AURORA
        others = [set(WITH_TOKEN) - {*reading}, REFUSED, {*LIMITED_TOKENS} - {*reading}]
        for who in PROGRAMS if full else (*reading, *(pick_one(kind, route) for kind in others)):
            seen = bearers.ask(who, "GET", cited.url(route))
            listing = route == "api:own-report-list"  # everybody's own

            assert labels_disclosed(matrix, seen, *(cited.references if who in reading else ())) == set(), (
                route,
                who,
            )
            assert (seen.status == 200) == (who in reading or (listing and who in WITH_TOKEN)), (route, who)


def _cite(cited: Cited, reference: str) -> tuple[str, dict[str, str]]:
    url = reverse("api:own-evidence-practices", kwargs={"pk": cited.draft.pk, "measure": "speed"})
    return url, {"source": "adoption", "reference": reference}


# Whose uses they may cite in the report that is theirs.
CITABLE = {"author": set(Label.values), "narrow": set(Label.values), "colleague": set(Label.values) - {"red"}}


def test_to_cite_what_one_may_not_read_is_to_cite_nothing(
    matrix: LabelMatrix, bearers: Bearers, cited: Cited, full: bool
) -> None:
    """Also where a colleague, who may read it, has cited it already."""
    others = [set(WITH_TOKEN) - CITABLE.keys(), REFUSED, {*LIMITED_TOKENS} - CITABLE.keys()]
    for who in PROGRAMS if full else (*CITABLE, *(pick_one(kind, "cite") for kind in others)):
        refused = comparable(bearers.ask(who, "POST", *_cite(cited, MISSING)))
        for label, use in matrix.uses.items():
            seen = bearers.ask(who, "POST", *_cite(cited, str(use.key)))
            may = label in CITABLE.get(who, ())
            assert (seen.status == 201) == may, (who, label)
            assert may or comparable(seen) == refused, (who, label)
            assert labels_disclosed(matrix, seen, *cited.references) == set(), (who, label)


def test_a_citation_that_one_may_not_follow_looks_like_none(
    matrix: LabelMatrix, bearers: Bearers, cited: Cited
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
    assert comparable(other) == comparable(nothing)
    assert comparable(other) != comparable(again)


def test_nobody_else_takes_a_citation_back_or_learns_of_it(
    bearers: Bearers, cited: Cited, full: bool
) -> None:
    def remove(who: str, report: int, evidence: int) -> Any:
        url = reverse("api:own-evidence", kwargs={"pk": report, "evidence": evidence})
        return comparable(bearers.ask(who, "DELETE", url))

    others = [set(WITH_TOKEN) - {*AURORA}, REFUSED, {*LIMITED_TOKENS} - {*AURORA}]
    everybody = [who for kind in others for who in sorted(kind)]
    for who in everybody if full else (*(pick_one(kind, "remove") for kind in others), "host_named"):
        there = [remove(who, cited.draft.pk, row.pk) for row in cited.evidence.values()]

        assert there == [remove(who, cited.draft.pk, 999_999_999)] * 5, who
        assert there[0] == remove(who, 999_999_999, 999_999_999), who
        assert there[0][0] in (401, 403, 404), who
