"""The clock of this machine beside that of the database."""

import dataclasses
from datetime import timedelta

import pytest

from portal.kernel.operations import database_facts

pytestmark = pytest.mark.django_db


def test_a_clock_that_is_seconds_away_from_the_databases_is_off() -> None:
    facts = database_facts()
    assert not facts.is_clock_off

    behind = dataclasses.replace(facts, clock_gap=timedelta(seconds=-3))

    assert behind.is_clock_off
    assert behind.clock_gap_ms == 3000
