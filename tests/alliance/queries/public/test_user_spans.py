"""Counts for each million users: spans, for members publish bands; never of a service that publishes none."""

from decimal import Decimal

import pytest
from django.test import Client

from alliance.enums import UserBand
from alliance.models import Service
from alliance.queries.public.readings import ReadingSeries
from alliance.queries.public.user_spans import UserSpan, user_spans_of
from tests.factories import Cast, make_cycle, read_charter
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

    assert "users not published" in words_of(ranked)
    assert {row.line.series.organisation.slug: bool(row.rate) for row in ranked.context["ranked"]} == {
        "aurora-video": True,
        "beacon-search": False,
    }
    median = client.get("/en/compare/?indicator=time-to-removal")
    assert "Per million users" not in words_of(median)
