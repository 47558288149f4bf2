"""One indicator over members and cycles."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import Cycle, ReferenceCount, ReferenceLoad
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Aurora counts 67,073 where somebody else counted 70,157; Beacon 164,478 where somebody else counted 339,412."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, {"complaints": [submitted_figure("moderators", "67073")]})
    make_published_report(cycle, cast.beacon, {"complaints": [submitted_figure("moderators", "164478")]})
    make_published_cycle(cycle)
    load = ReferenceLoad.objects.create(sha256="a" * 64, file_name="counts.csv", rows=2)
    for number, (organisation, value) in enumerate([(cast.aurora, 70157), (cast.beacon, 339412)]):
        ReferenceCount.objects.create(
            load=load,
            organisation=organisation,
            indicator_key="moderators",
            starts_on=cycle.starts_on,
            ends_on=cycle.ends_on,
            value=value,
            observer="The hotline",
            source=f"Line {number}",
        )
    return cast


def table_rows(client: Client, query: str) -> list[Any]:
    return client.get(f"/en/compare/?{query}").context["comparison"].rows


def test_reference_counts_stand_next_to_each_figure(client: Client, cast: Cast) -> None:
    answer = client.get("/en/compare/?indicator=moderators")

    counted = [row.cells[0].reference_counts[0] for row in answer.context["comparison"].rows]
    assert [(count.deviation, count.is_large) for count in counted] == [
        ("4.4\N{NO-BREAK SPACE}%", False),
        ("51.5\N{NO-BREAK SPACE}%", True),
    ]
    assert ("67,073" in answer.text, "70,157" in answer.text) == (True, True)
    assert [row.series.name for row, _cell in answer.context["large_deviations"]] == ["Beacon Search"]


@pytest.mark.parametrize(
    "query", ["members=beacon-search,aurora-video", "members=beacon-search&members=aurora-video"]
)
def test_members_are_chosen_in_either_way_of_writing(client: Client, cast: Cast, query: str) -> None:
    answer = client.get(f"/en/compare/?indicator=moderators&{query}")

    assert [row.series.name for row in answer.context["comparison"].rows] == ["Aurora Video", "Beacon Search"]
    assert answer.context["canonical"].endswith(
        "/en/compare/?indicator=moderators&members=aurora-video,beacon-search"
    )


def test_one_member_may_be_chosen(client: Client, cast: Cast) -> None:
    rows = table_rows(client, "indicator=moderators&members=beacon-search")

    assert [row.series.name for row in rows] == ["Beacon Search"]


def test_at_most_six_members_are_compared_and_the_page_says_so(client: Client, cast: Cast) -> None:
    members = make_published_members(Cycle.objects.get(), 7)
    query = "indicator=content-actioned&members=" + ",".join(member.slug for member in members)

    answer = client.get(f"/en/compare/?{query}")

    assert len(answer.context["comparison"].rows) == 6
    assert "At most six members can be compared" in answer.text


@pytest.mark.parametrize(
    "query", ["indicator=nothing", "indicator=moderators&members=nobody", "indicator=search-story"]
)
def test_what_there_is_not_is_404(client: Client, cast: Cast, query: str) -> None:
    assert client.get(f"/en/compare/?{query}").status_code == 404


def test_the_file_has_both_counts(client: Client, cast: Cast) -> None:
    lines = client.get("/en/compare.csv?indicator=moderators").content.decode("utf-8-sig").splitlines()

    assert lines[1].split(",")[-4:] == ["The hotline", "70157", "4.4", "Line 0"]
