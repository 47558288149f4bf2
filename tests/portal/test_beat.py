"""Beat keeps nothing: a new one does at once what is due, and then what its interval says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from portal.beat import Scheduler

SCHEDULE = {"often": {"task": "t.often", "schedule": 60.0}, "seldom": {"task": "t.seldom", "schedule": 900.0}}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(Scheduler, "apply_entry", lambda self, entry, producer=None: names.append(entry.name))
    return names


def new_beat() -> Scheduler:
    app = Celery("of-this-test", broker="memory://")
    app.conf.beat_schedule = SCHEDULE
    app.conf.timezone = "UTC"
    return Scheduler(app)


def all_ticks(beat: Scheduler) -> float:
    while not (pause := beat.tick()):
        pass
    return pause


def test_a_new_beat_does_at_once_what_is_due(sent: list[str]) -> None:
    pause = all_ticks(new_beat())
    assert sorted(sent) == ["often", "seldom"]
    assert 0 < pause <= 10
    all_ticks(new_beat())
    assert sorted(sent) == ["often", "often", "seldom", "seldom"]


def test_then_each_waits_for_its_interval(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    beat = new_beat()
    all_ticks(beat)
    all_ticks(beat)
    assert len(sent) == 2
    for entry in beat.schedule.values():
        entry.last_run_at -= timedelta(seconds=61)
    beat.populate_heap()
    all_ticks(beat)
    assert sent[2:] == ["often"]


def test_it_says_that_it_runs_and_writes_nothing_else(
    sent: list[str], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.ALIVE_FILE = str(tmp_path / "alive")
    all_ticks(new_beat())
    assert [path.name for path in tmp_path.iterdir()] == ["alive"]


def test_it_is_the_one_that_the_settings_name(settings: Any) -> None:
    assert f"{Scheduler.__module__}.{Scheduler.__name__}" == settings.CELERY_BEAT_SCHEDULER
