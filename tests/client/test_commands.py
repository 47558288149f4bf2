"""Signing in and out, languages, completion, JSON, following the record."""

import json
import re
import signal
import stat
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alliance.models import Report
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.bearers import token_of
from tests.support.client_program import ClientProgram, Ran
from tests.support.published_reports import make_published_report

COMMANDS = (
    "login",
    "logout",
    "whoami",
    "due",
    "pull",
    "push",
    "check",
    "submit",
    "documents",
    "follow",
    "supporters",
    "webhooks",
    "completion",
)


@pytest.fixture
def program(tmp_path: Path) -> ClientProgram:
    """A command line of nobody's."""
    return ClientProgram(tmp_path)


# --- Signing in ------------------------------------------------------------------------------


def test_a_token_is_stored_for_its_owner_alone_and_forgotten(sven: ClientProgram, live_server: Any) -> None:
    assert stat.S_IMODE(sven.config.stat().st_mode) == 0o600
    assert stat.S_IMODE(sven.config.parent.stat().st_mode) == 0o700
    assert json.loads(sven.config.read_text())["default"]["origin"] == live_server.url

    who = sven("whoami", "--json").content
    assert (who["person"], who["organisation"], who["api"], who["known_api"]) == (
        "Sven",
        "aurora-video",
        "1.3",
        "1.3",
    )
    assert "reports:submit" in who["scopes"]

    assert sven("logout").code == 0
    assert not sven.config.exists()
    assert sven("due").code == 3
    assert sven("logout").out == "You were not signed in.\n"


def test_a_token_that_holds_no_more_is_not_stored(program: ClientProgram, live_server: Any) -> None:
    ran = program("login", live_server.url, stdin="apt_wrong\n")

    assert ran.code == 3
    assert "apt_wrong" not in ran.out + ran.err
    assert program("login", live_server.url).code == 2
    assert not program.config.exists()


def test_a_token_that_holds_no_more_says_how_to_sign_in_again(
    sven: ClientProgram, tmp_path: Path, live_server: Any
) -> None:
    sign_ins = json.loads(sven.config.read_text())
    sign_ins["default"]["token"] = "apt_wrong"
    sven.config.write_text(json.dumps(sign_ins))
    program = ClientProgram(tmp_path, ALLIANCE_ORIGIN=live_server.url, ALLIANCE_TOKEN="apt_wrong")

    stored_token, given_token = sven("due"), program("due")

    assert (stored_token.code, given_token.code) == (3, 3)
    assert stored_token.err.endswith("Then sign in again: alliance login\n")
    assert given_token.err.endswith(
        "The token is that of ALLIANCE_TOKEN, which comes before what is stored.\n"
    )


def test_a_place_that_takes_no_file_is_named_as_json_too(sven: ClientProgram, report: Report) -> None:
    (sven.folder / "no folder").write_text("")

    words, facts = (sven("pull", "--to", "no folder/x", *options) for options in ([], ["--json"]))

    assert (words.code, facts.code) == (1, 1)
    assert "was not saved: Not a directory. Make room, or choose another place" in words.err
    assert "Not a directory" in json.loads(facts.err)["error"]


def test_what_cannot_be_a_token_is_not_sent(program: ClientProgram) -> None:
    """Nobody listens at the address: it would be waited for, and named."""
    ran = program("login", "http://127.0.0.1:9", stdin="ключ\n")

    assert (ran.code, "This is no token" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "address", ["http://portal.example", "ftp://portal.example", "https://u@portal.example", "://"]
)
def test_a_token_is_sent_to_no_address_where_it_could_be_read(program: ClientProgram, address: str) -> None:
    ran = program("login", address, stdin="apt_x\n")

    assert ran.code == 2
    assert "https://" in ran.err


@pytest.mark.parametrize("origin", ["http://portal.example", "nothing at all://"])
def test_an_address_of_the_environment_is_looked_at_too(tmp_path: Path, origin: str) -> None:
    ran = ClientProgram(tmp_path, ALLIANCE_ORIGIN=origin, ALLIANCE_TOKEN="apt_x")("due")

    assert ran.code == 2
    assert "https://" in ran.err


def test_several_portals_have_names(
    sven: ClientProgram, live_server: Any, people: Cast, program_of: Callable[..., ClientProgram]
) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.alice, name="second")
    assert sven("login", live_server.url, "--profile", "other", stdin=f"{token}\n").code == 0

    assert sven("whoami", "--json", "--profile", "other").content["person"] == "Alice"
    assert sven("whoami", "--json").content["person"] == "Sven"
    assert sven("logout", "--profile", "other").code == 0
    assert sven("whoami", "--json").content["person"] == "Sven"


def test_the_environment_comes_before_what_is_stored(tmp_path: Path, live_server: Any, people: Cast) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.bob)
    program = ClientProgram(tmp_path, ALLIANCE_ORIGIN=live_server.url, ALLIANCE_TOKEN=token)

    assert program("whoami", "--json").content["person"] == "Bob"


# --- Languages, JSON, completion -------------------------------------------------------------


def test_each_command_explains_itself_in_both_languages(program: ClientProgram) -> None:
    assert all(name in program("--help").out for name in COMMANDS)
    russian = ClientProgram(program.folder, LANG="ru_RU.UTF-8")
    assert "Подача отчётов" in russian("--help").out
    assert "Что и до какого дня" in program("due", "--help", "--lang", "ru").out
    assert "What your organisation" in russian("due", "--help", "--lang=en").out


def test_what_is_due_is_said_in_both_languages(sven: ClientProgram) -> None:
    english, russian = sven("due").out, sven("due", "--lang", "ru").out

    assert "draft, due on" in english
    assert "черновик, срок" in russian
    assert "2026 год, полугодие 1" in russian


def test_json_has_what_is_due_and_what_goes_wrong(sven: ClientProgram, report: Report) -> None:
    (due,) = sven("--json", "due").content
    assert due["id"] == report.pk
    assert due["progress"] == {"done": 0, "asked": 14}
    assert due["days_left"] == (date.fromisoformat(due["deadline"]) - today()).days
    assert {"where", "detail"} <= set(due["missing"][0])

    refused = sven("documents", "make", "nothing.pdf", "--json")
    problem = json.loads(refused.err)
    assert (refused.code, problem["exit_code"], problem["status"]) == (7, 7, 422)
    assert problem["errors"][0]["pointer"] == "/document"


def test_a_report_is_named_by_cycle_or_number(sven: ClientProgram, report: Report) -> None:
    for name in ("2026-h1", str(report.pk)):
        assert sven("check", name).code == 7
    unknown = sven("check", "2031-h1")
    assert unknown.code == 2
    assert "2026-h1" in unknown.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(program: ClientProgram, shell: str) -> None:
    ran = program("completion", shell)

    assert ran.code == 0
    assert "_ALLIANCE_COMPLETE" in ran.out


def test_completion_offers_the_commands(program: ClientProgram) -> None:
    program.environment |= {
        "_ALLIANCE_COMPLETE": "bash_complete",
        "COMP_WORDS": "alliance d",
        "COMP_CWORD": "1",
    }

    offered = program().out.split()

    assert offered == ["plain,documents", "plain,due"]


# --- Following -------------------------------------------------------------------------------


def published() -> list[int]:
    with acting_as(SYSTEM):
        return list(Publication.objects.order_by("number").values_list("number", flat=True))


def lines_of(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_record_is_followed_from_a_place_and_on(sven: ClientProgram, people: Cast) -> None:
    assert sven("follow", "--once", "--state", "place", "--json").out == ""
    with acting_as(SYSTEM):
        cycle = make_cycle(read_charter(), "2025-h2")
        for organisation in (people.aurora, people.beacon):
            make_published_report(cycle, organisation)
    numbers = published()

    everything = lines_of(sven("follow", "--once", "--since", "0", "--json"))
    assert [line["number"] for line in everything] == numbers

    new = lines_of(sven("follow", "--once", "--state", "place", "--json"))
    assert [line["number"] for line in new] == numbers
    assert sven("follow", "--once", "--state", "place", "--json").out == ""

    line = sven("follow", "--once", "--since", str(numbers[-2])).out
    assert re.match(rf"{numbers[-1]}(-\w+)?  ", line)
    fetched = sven("documents", "published", str(numbers[-1]))
    assert fetched.code == 0, fetched.err


def test_following_goes_on_until_it_is_stopped(sven: ClientProgram, report: Report) -> None:
    process = sven.start("follow", "--every", "1", "--json")
    time.sleep(2)
    assert process.poll() is None

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 143
