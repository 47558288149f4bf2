"""/metrics: well-formed, by page names alone, in few queries, and for nobody else."""

import re
from typing import Any

import pytest
from django.test import Client
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from portal.kernel import monitoring
from portal.kernel.jobs import Job, JobState
from portal.metrics import collector, page
from portal.metrics import collector as metrics_collector
from portal.metrics.collector import ServersCollector

pytestmark = pytest.mark.django_db
_NAME = re.compile(r"portal_[a-z]+(_[a-z]+)*")
_UNITS = ("_seconds", "_info", "_timestamp_seconds")


@pytest.fixture(autouse=True)
def collected_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No figures of another test are remembered."""
    monkeypatch.setattr(collector, "_CACHE_SECONDS", 0.0)


def scraped(client: Client) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.content.decode()))
    assert len({metric.name for metric in families}) == len(families), "a family is told twice"
    return {metric.name: metric for metric in families}


def value(metric: Metric, **labels: str) -> float:
    """The sample with these labels, of a counter or histogram its count; nothing is zero."""
    return sum(
        sample.value
        for sample in metric.samples
        if labels.items() <= sample.labels.items()
        and not sample.name.endswith(("_bucket", "_sum", "_created"))
    )


def test_every_metric_follows_the_conventions_of_prometheus(client: Client) -> None:
    client.get("/health/live")

    for name, metric in scraped(client).items():
        assert _NAME.fullmatch(name), name
        assert metric.documentation.endswith(".") or ";" in metric.documentation, name
        assert metric.type in {"gauge", "counter", "histogram", "summary"}, name
        assert ("second" in name) <= name.endswith(_UNITS), name


def test_requests_are_counted_by_the_name_of_their_page(client: Client) -> None:
    labels = {"route": "none", "method": "GET", "status": "4xx"}
    before = value(scraped(client)["portal_request_duration_seconds"], **labels)

    for path in ("/anna@example.org", "/no/such/page/", "/en/nor-this/"):
        client.get(path)

    answer = client.get("/metrics").content.decode()
    assert "anna" not in answer
    after = scraped(client)["portal_request_duration_seconds"]
    assert value(after, **labels) == before + 3
    assert value(after, route="metrics", status="2xx") >= 1


def test_copies_of_public_pages_are_counted_apart_from_new_ones(client: Client) -> None:
    name = "portal_page_cache_requests"
    before = scraped(client).get(name)
    hits, misses = (value(before, result=result) if before else 0 for result in ("hit", "miss"))

    for _visit in range(3):
        client.get("/en/?for-this-test-alone")

    after = scraped(client)[name]
    assert (value(after, result="miss") - misses, value(after, result="hit") - hits) == (1, 2)


@pytest.mark.django_db(transaction=True)  # the figures are asked for over another connection
def test_jobs_are_counted_by_state_and_kind(client: Client) -> None:
    Job.objects.create(kind="send_delivery", dedupe_key="a", state=JobState.DEAD)
    Job.objects.create(kind="route_event", dedupe_key="b", state=JobState.DONE)

    metrics = scraped(client)

    assert value(metrics["portal_jobs"], state="dead", kind="send_delivery") == 1
    assert value(metrics["portal_jobs"], state="done") == 0
    assert value(metrics["portal_dead_jobs"]) == 1


def test_a_database_that_is_away_leaves_out_its_figures_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(queries: object, seconds: float) -> None:
        raise monitoring.NoAnswer

    monkeypatch.setattr(monitoring, "ask_database", away)

    metrics = scraped(client)

    assert value(metrics["portal_database_up"]) == 0
    assert "portal_jobs" not in metrics
    assert "portal_request_duration_seconds" in metrics


@pytest.mark.parametrize(
    ("headers", "address"), [({"x-forwarded-for": "203.0.113.7"}, "127.0.0.1"), ({}, "203.0.113.7")]
)
def test_for_outsiders_there_is_no_such_page(headers: dict[str, str], address: str, settings: Any) -> None:
    visitor = Client(REMOTE_ADDR=address)
    settings.METRICS_TOKEN = "a-long-token"

    assert visitor.get("/metrics", headers=headers).status_code == 404
    assert (
        visitor.get("/metrics", headers={**headers, "authorization": "Bearer a-long-token"}).status_code
        == 200
    )


def test_no_figure_is_collected_twice_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_collector, "_CACHE_SECONDS", 60.0)
    calls: list[object] = []
    real = monitoring.ask_database
    monkeypatch.setattr(
        monitoring, "ask_database", lambda *arguments: calls.append(arguments) or real(*arguments)
    )
    collector = ServersCollector()

    for _scrape in range(3):
        list(collector.collect())

    assert len(calls) == 1
    assert page._SERVERS is not None
