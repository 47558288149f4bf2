"""The process that inspects: what it can reach, whose turn it is, and what becomes of one that is killed."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import checks

from portal.kernel.checks.uploads import uploads_are_inspected_apart
from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import inspection
from portal.kernel.files.uploads.turns import AT_ONCE, NoTurn, turn
from portal.kernel.inspection import Refusal
from tests.support.mail import wait_until
from tests.support.uploads import pdfs, pictures, workbooks

GOOD = [
    ("pdf", pdfs.HARMLESS["packed"]()),
    ("xlsx", workbooks.by_xlsxwriter()),
    ("csv", "неделя;штук\n".encode()),
    ("png", pictures.HARMLESS["drawing-transparent"]()[0]),
    ("jpeg", pictures.HARMLESS["photo-several"]()[0]),
]


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    """A queue of our own."""
    settings.DATA_DIR = tmp_path


def test_an_inspection_reaches_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not to be read")

    probed = inspection.inspect("probe", b"")

    assert probed.facts.pop("variables") == 1  # the language
    assert not any(probed.facts.values())
    assert probed.confinement["calls"]


@pytest.mark.parametrize(("kind", "content"), GOOD, ids=[kind for kind, _content in GOOD])
def test_an_inspection_has_imported_all_that_it_needs(kind: str, content: bytes) -> None:
    assert inspection.inspect(kind, content).late_imports == []


def test_the_check_names_each_layer_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [message for message in uploads_are_inspected_apart(None) if message.level >= checks.ERROR]

    answers = {"user": "", "network": False, "calls": True}
    probed = inspection.Inspected([], {"variables": 1, "reads_files": 0, "connects": 1}, answers, [])
    monkeypatch.setattr(inspection, "inspect", lambda kind, content: probed)

    messages = {message.msg: message.id for message in uploads_are_inspected_apart(None)}
    assert list(messages.values()) == ["portal.W020", "portal.W020", "portal.E021"]
    assert any("connects" in message for message in messages)


def test_a_file_that_needs_too_much_memory_is_refused_and_takes_none_of_ours() -> None:
    """Half a megabyte that unpacks to lists in lists; the process may have half a gigabyte."""
    with pytest.raises(Refusal, match="too-slow"):
        inspection.inspect("pdf", pdfs.swelling())


# --- Turns -----------------------------------------------------------------------------------


def test_two_inspect_at_once_and_the_others_wait_in_their_order() -> None:
    served: list[int] = []

    def take_turn(number: int) -> None:
        with turn():
            served.append(number)

    first, second = turn(), turn()
    first.__enter__()
    second.__enter__()
    waiting = []
    for number in range(3):
        waiting.append(threading.Thread(target=take_turn, args=(number,)))
        waiting[-1].start()
        wait_until(lambda count=number: len(_tickets()) == AT_ONCE + count + 1)
    with pytest.raises(NoTurn), turn(patience=0.05):
        pass
    assert served == []
    second.__exit__(None, None, None)
    for thread in waiting:
        thread.join()
    first.__exit__(None, None, None)

    assert served == [0, 1, 2]
    assert _tickets() == []


def test_who_is_killed_gives_the_turn_back() -> None:
    """It leaves its ticket behind, which the next who looks removes."""
    with turn():
        child = os.fork()
        if child == 0:
            with turn():
                time.sleep(60)
        wait_until(lambda: len(_tickets()) == AT_ONCE)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with turn(patience=5):
            assert len(_tickets()) == AT_ONCE


def test_a_file_that_never_gets_its_turn_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "turn", lambda: turn(patience=0.05))
    with turn(), turn(), pytest.raises(DomainError, match="Too many files are being checked") as refusal:
        inspection.inspect("csv", b"a;b")

    assert refusal.value.field == "file"


def test_an_inspection_that_cannot_begin_blames_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_CODE_FOLDER", Path("/nowhere"))
    with pytest.raises(DomainError, match="cannot be checked at the moment"):
        inspection.inspect("csv", b"a;b")


def _tickets() -> list[Path]:
    return list(Path(settings.DATA_DIR).glob("inspection/*/*-*"))
