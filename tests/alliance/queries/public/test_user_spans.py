"""Counts for each million users: spans, for members publish bands; never of a service that publishes none."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import UserBand
from alliance.models import Cycle, Indicator, Ownership, PublishedFigure, Service
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.public.user_rates import RATE_COLUMNS, with_rates
from alliance.queries.public.user_spans import UserSpan, number_to_rate, rate_spans, user_spans_of
from tests.factories import Cast, make_cycle, read_charter
from tests.support.open_data import build_release, csv_rows, file_content
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (UserSpan(1_000_000, 10_000_000), "12–120"),
        (UserSpan(50_000_000, None), "≤\N{NO-BREAK SPACE}2.4"),
        (UserSpan(0, 10_000), "≥\N{NO-BREAK SPACE}12,000"),
        (UserSpan(0, None), ""),
        (UserSpan(1_000_000, 1_000_000), "120"),
    ],
)
def test_a_rate_is_a_span_between_the_ends_of_the_band(span: UserSpan, text: str) -> None:
    assert span.rate(Decimal(120)) == text


@pytest.mark.django_db
def test_of_several_services_at_least_the_largest_and_at_most_all_added_up(cast: Cast) -> None:
    kids, live = Service.objects.filter(ownerships__organisation=cast.aurora).order_by("slug")[:2]
    Service.objects.filter(pk=kids.pk).update(monthly_users=UserBand.FROM_1M)
    whole, one = ReadingSeries(cast.aurora, None, {}), ReadingSeries(cast.aurora, kids, {})

    assert user_spans_of([whole, one]) == {(cast.aurora.pk, kids.pk): UserSpan(1_000_000, 10_000_000)}

    Service.objects.filter(pk=live.pk).update(monthly_users=UserBand.FROM_100K)
    assert user_spans_of([whole])[cast.aurora.pk, None] == UserSpan(1_000_000, 11_000_000)

    Service.objects.filter(pk=live.pk).update(monthly_users=UserBand.OVER_50M)
    assert user_spans_of([whole])[cast.aurora.pk, None] == UserSpan(50_000_000, None)


@pytest.mark.django_db
def test_the_ranking_has_a_rate_of_counts_alone_and_says_where_there_is_none(
    client: Client, cast: Cast
) -> None:
    cycle = make_cycle(read_charter())
    for member, service in ((cast.aurora, "aurora-kids"), (cast.beacon, "beacon-web")):
        figures = {
            "search": [submitted_figure("content-actioned", "1200", service=service)],
            "speed": [submitted_figure("time-to-removal", "3", service=service)],
        }
        make_published_report(cycle, member, figures)
    make_published_cycle(cycle)
    Service.objects.filter(ownerships__organisation=cast.aurora).update(monthly_users=UserBand.FROM_1M)

    ranked = client.get("/en/compare/?indicator=content-actioned")

    assert "cannot be worked out" in words_of(ranked)
    assert {row.line.series.organisation.slug: bool(row.rate) for row in ranked.context["ranked"]} == {
        "aurora-video": True,
        "beacon-search": False,
    }
    median = client.get("/en/compare/?indicator=time-to-removal")
    assert "Per million users" not in words_of(median)


def publish(cast: Cast, slug: str = "2026-h1", **figure: Any) -> Cycle:
    """Aurora’s count of one service, in a published cycle."""
    cycle = make_cycle(read_charter(), slug)
    count = submitted_figure("content-actioned", "1200", service="aurora-kids")
    median = submitted_figure("time-to-removal", "3", service="aurora-kids")
    make_published_report(cycle, cast.aurora, {"search": [{**count, **figure}], "speed": [median]})
    make_published_cycle(cycle)
    return cycle


def publish_users(band: str, **services: str) -> None:
    Service.objects.filter(ownerships__organisation__slug="aurora-video", **services).update(
        monthly_users=band
    )


def rates(indicator: str = "content-actioned") -> list[tuple[Any, ...]]:
    figures = with_rates(PublishedFigure.objects.current().filter(indicator_key=indicator))
    return list(figures.order_by("cycle__starts_on", "pk").values_list(*RATE_COLUMNS))


@pytest.mark.django_db
@pytest.mark.parametrize("band", UserBand.values)
@pytest.mark.parametrize("value", ["0", "0.07", "999.6", "1000", "123456.5", "99999999"])
def test_the_database_works_out_the_same_rates(cast: Cast, band: str, value: str) -> None:
    publish(cast)
    publish_users(band)
    PublishedFigure.objects.filter(indicator_key="content-actioned").update(value=Decimal(value))
    kids = Service.objects.get(slug="aurora-kids")
    whole, one = ReadingSeries(cast.aurora, None, {}), ReadingSeries(cast.aurora, kids, {})

    for line in (one, whole):
        PublishedFigure.objects.update(service=line.service)
        span = user_spans_of([line])[cast.aurora.pk, line.service_id]
        assert rates() == [(span.least, span.most, *span.rates(Decimal(value)))], line


@pytest.mark.django_db
def test_a_rate_is_of_counts_of_the_last_cycle_whose_services_publish_their_users(cast: Cast) -> None:
    nothing = (None, None, None, None)
    publish_users(UserBand.FROM_1M)
    publish(cast)
    assert rates() == [(1_000_000, 10_000_000, Decimal(120), Decimal(1200))]
    assert rates("time-to-removal") == [nothing]

    PublishedFigure.objects.update(service=None)
    publish_users("", slug="aurora-live")
    assert rates() == [nothing]  # one of them publishes none

    publish(cast, "2026-h2")
    assert rates()[0] == nothing
    assert rates()[1][:2] == (1_000_000, 10_000_000)

    Ownership.objects.filter(service__slug="aurora-kids").update(ends_on="2026-01-01")
    assert rates() == [nothing, nothing]  # the users of now are another owner’s


@pytest.mark.django_db
@pytest.mark.parametrize(
    "dates", [{"ends_on": "2026-07-15"}, {"starts_on": "2026-07-15"}], ids=["sold since", "bought since"]
)
def test_a_total_has_no_rate_where_its_services_are_not_those_of_now(
    cast: Cast, dates: dict[str, str]
) -> None:
    publish_users(UserBand.FROM_1M)
    cycle = publish(cast)
    indicator = Indicator.objects.get(key="content-actioned")
    kids = Service.objects.get(slug="aurora-kids")
    whole, one = ReadingSeries(cast.aurora, None, {}), ReadingSeries(cast.aurora, kids, {})
    assert len(rate_spans(indicator, cycle, [whole, one])) == 2

    Ownership.objects.filter(service__slug="aurora-live").update(**dates)

    assert list(rate_spans(indicator, cycle, [whole, one])) == [(cast.aurora.pk, kids.pk)]
    PublishedFigure.objects.update(service=None)
    assert rates() == [(None, None, None, None)]


def test_the_number_of_some_services_is_not_divided_by_the_users_of_all() -> None:
    span = UserSpan(1_000_000, 10_000_000)

    assert number_to_rate(Reading(value=Decimal(120), parts=1, of=3), span) is None
    assert number_to_rate(Reading(value=Decimal(120), parts=3, of=3), span) == Decimal(120)
    assert number_to_rate(Reading(value=Decimal(120)), span) == Decimal(120)


@pytest.mark.django_db
def test_no_rate_shows_a_withheld_figure(client: Client, cast: Cast) -> None:
    """Neither the rate nor the users that it would be of stand in a file, a page or the API, whatever the row holds."""
    publish_users(UserBand.FROM_1M)
    publish(cast, disclosure="secretariat")
    secret = PublishedFigure.objects.filter(indicator_key="content-actioned")
    assert secret.get().withheld
    secret.update(
        value=Decimal("77707.7")
    )  # the database would never hold this: nothing is to rest on that alone

    build_release()
    row = next(row for row in csv_rows("figures") if row["indicator"] == "content-actioned")
    assert {row[name] for name in (*RATE_COLUMNS, "value")} == {""}
    compared = client.get("/en/compare.csv?indicator=content-actioned").content.decode()
    listed = client.get("/api/v1/figures/?indicator=content-actioned").json()["results"]
    assert {name: listed[0][name] for name in RATE_COLUMNS} == dict.fromkeys(RATE_COLUMNS)
    page = words_of(client.get("/en/compare/?indicator=content-actioned"))
    for text in (compared, page, str(listed), file_content("figures.csv").decode()):
        assert "7,771" not in text
        assert "77708" not in text
        assert "77,708" not in text
        assert "7800" not in text
        assert "78000" not in text
        assert "10000000" not in text


@pytest.mark.django_db
def test_files_and_api_have_the_rate_of_the_page_with_its_users(client: Client, cast: Cast) -> None:
    publish_users(UserBand.FROM_1M)
    Ownership.objects.filter(service__slug="aurora-live").update(ends_on="2024-12-31")  # one service is left
    publish(cast, "2025-h2")
    publish(cast)
    span = ("1000000", "10000000", "120", "1200")

    table = csv.reader(
        io.StringIO(client.get("/en/compare.csv?indicator=content-actioned").content.decode("utf-8-sig"))
    )
    header, *rows = table
    places = [place for place, title in enumerate(header) if "sers" in title]
    compared = {row[2]: tuple(row[place] for place in places) for row in rows if row[0] == cast.aurora.name}
    build_release()
    written = {
        row["cycle"]: tuple(row[name] for name in RATE_COLUMNS)
        for row in csv_rows("figures")
        if row["indicator"] == "content-actioned"
    }
    answer = client.get("/api/v1/figures/?indicator=content-actioned").json()["results"]
    listed = {row["cycle"]: tuple(str(row[name] or "") for name in RATE_COLUMNS) for row in answer}

    assert compared == written == listed == {"2025-h2": ("",) * 4, "2026-h1": span}
    ranked = "/en/compare/?indicator=content-actioned"
    assert "120–1,200" in words_of(client.get(ranked))
    assert "Per million users" not in words_of(client.get(f"{ranked}&view=ranked&from=2025-h2&to=2025-h2"))
