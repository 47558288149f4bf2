"""One indicator over members and cycles."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import ReferenceCount, ReferenceLoad
from portal.kernel.web import rows_of_table
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def counted_twice(module_transaction: None) -> None:
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


@pytest.mark.parametrize(
    ("columns", "rows"), [(0, 50), (3, 50), (4, 50), (8, 25), (18, 11), (60, 10)], ids=str
)
def test_a_page_of_a_table_has_the_fewer_rows_the_more_columns_it_has(columns: int, rows: int) -> None:
    assert rows_of_table(columns) == rows


def test_the_table_and_the_lines_over_time_have_pages_of_so_many_members(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.public.comparison.rows_of_table", lambda columns: columns)

    for view in ("table", "time"):
        query = f"/en/compare/?indicator=moderators&view={view}"
        first, second = (client.get(f"{query}{page}").context["comparison"] for page in ("", "&page=2"))
        names = [line.organisation.slug for each in (first, second) for line in each.series]
        assert names == ["aurora-video", "beacon-search"]


def table_rows(client: Client, query: str) -> list[Any]:
    return client.get(f"/en/compare/?view=table&{query}").context["rows"]


def test_reference_counts_stand_next_to_each_figure(client: Client) -> None:
    answer = client.get("/en/compare/?indicator=moderators&view=table")

    counted = [row.cells[0].reference_counts[0] for row in answer.context["rows"]]
    assert [(count.deviation, count.is_large) for count in counted] == [
        ("4.4\N{NO-BREAK SPACE}%", False),
        ("51.5\N{NO-BREAK SPACE}%", True),
    ]
    assert ("67,073" in answer.text, "70,157" in answer.text) == (True, True)
    assert [row.series.name for row, _cell in answer.context["large_deviations"]] == ["Beacon Search"]


@pytest.mark.parametrize(
    "query", ["members=beacon-search,aurora-video", "members=beacon-search&members=aurora-video"]
)
def test_members_are_chosen_in_either_way_of_writing(client: Client, query: str) -> None:
    answer = client.get(f"/en/compare/?indicator=moderators&view=table&{query}")

    assert [row.series.name for row in answer.context["rows"]] == ["Aurora Video", "Beacon Search"]
    assert answer.context["canonical"].endswith(
        "/en/compare/?indicator=moderators&members=aurora-video,beacon-search&view=table"
    )


def test_one_member_may_be_chosen(client: Client) -> None:
    rows = table_rows(client, "indicator=moderators&members=beacon-search")

    assert [row.series.name for row in rows] == ["Beacon Search"]


def test_the_file_has_both_counts(client: Client) -> None:
    lines = client.get("/en/compare.csv?indicator=moderators").content.decode("utf-8-sig").splitlines()

    assert lines[1].split(",")[-4:] == ["The hotline", "70157", "4.4", "Line 0"]
