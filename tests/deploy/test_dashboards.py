"""Alerts, dashboard and autoscaler name metrics that exist, in expressions that can be read."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from django.test import Client

from tests.support.manifests import DEPLOY, KUBERNETES

DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "portal.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
# what Grafana and the adapter put in the place of these words
_FILLED_IN = {"$__rate_interval": "5m", "$job": "portal", "<<.Series>>": "portal_oldest_job_seconds"}
_FILLED_IN |= {"<<.LabelMatchers>>": 'namespace="portal"', "<<.GroupBy>>": "namespace"}


def expressions() -> Iterator[tuple[str, str]]:
    """Where each stands, and as Prometheus is asked it."""
    for panel in PANELS:
        for target in panel.get("targets", ()):
            yield f"panel {panel['title']}", target["expr"]
    for group in RULES["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]
    adapter = yaml.safe_load((KUBERNETES / "components/autoscaling/prometheus-adapter.yaml").read_text())
    for rule in adapter["rules"]["external"]:
        yield "autoscaler", rule["seriesQuery"]
        yield "autoscaler", rule["metricsQuery"]


def filled_in(expression: str) -> str:
    for word, value in _FILLED_IN.items():
        expression = expression.replace(word, value)
    return expression


@pytest.mark.django_db(transaction=True)
def test_every_metric_is_measured(client: Client) -> None:
    # what is counted by its labels alone is there after the first time
    client.get("/en/")
    client.post("/csp-report", data="no report", content_type="text/plain")
    text = client.get("/metrics").content.decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)", text, re.MULTILINE))
    parts = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("_count", "_sum")}
    measured = {name + part for name, kind in kinds.items() for part in parts.get(kind, ("",))}
    named = {
        (place, name)
        for place, text in expressions()
        for name in re.findall(r"\bportal_[a-z_]+", filled_in(text))
    }
    assert {(place, name) for place, name in named if name not in measured} == set()
    # whoever adds a metric says where it is looked at
    looked_at = {re.sub(r"_(bucket|count|sum)$", "", name) for _place, name in named}
    assert kinds.keys() - looked_at == set()


@pytest.mark.parametrize("name", ["status", "route", "method"])
def test_requests_have_the_labels_that_are_asked_for(name: str) -> None:
    assert any(f"{name}=" in text or f"({name})" in text for _place, text in expressions())


def test_every_expression_can_be_read() -> None:
    for place, text in expressions():
        assert promql_parser.parse(filled_in(text)), place
    with pytest.raises(ValueError, match="paren"):
        promql_parser.parse("sum by (status) (rate(portal_requests[5m])")


def test_the_dashboard_is_laid_out_without_gaps_and_overlaps() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        assert max(x for x, _y in cells) < 24
        taken |= cells
    rows = 1 + max(y for _x, y in taken)
    assert len(taken) == 24 * rows


def test_every_panel_says_what_it_shows_from_a_source_that_one_chooses() -> None:
    for panel in PANELS:
        if panel["type"] != "row":
            assert panel["description"].endswith("."), panel["title"]
            assert panel["datasource"]["uid"] == "${datasource}"
            assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
    assert {"datasource", "job"} == {variable["name"] for variable in DASHBOARD["templating"]["list"]}


@pytest.mark.parametrize(
    "rule", [rule for group in RULES["groups"] for rule in group["rules"]], ids=lambda rule: rule["alert"]
)
def test_every_alert_says_what_is_wrong_and_whom_it_wakes(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["labels"]["severity"] in {"page", "ticket"}
