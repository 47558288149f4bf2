"""The alert rules use metrics that exist."""

import re

import pytest
from django.test import Client

from portal.local.environment import ROOT

RULES = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")


@pytest.mark.django_db(transaction=True)
def test_every_metric_of_a_rule_is_measured(client: Client) -> None:
    client.get("/health/live")
    measured = set(re.findall(r"^# TYPE (\S+)", client.get("/metrics").content.decode(), re.MULTILINE))
    metrics = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bportal_[a-z_]+", RULES)}

    assert metrics - measured == set()
    assert len(metrics) > 5


@pytest.mark.parametrize("rule", re.findall(r"- alert: (\w+)", RULES))
def test_every_rule_says_what_is_wrong(rule: str) -> None:
    body = RULES.split(f"- alert: {rule}")[1].split("- alert:")[0]

    assert re.search(r"summary: \S+", body)
    assert re.search(r"severity: (page|ticket)", body)
