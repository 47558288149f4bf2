"""What programs of those who look after things do: supporters for the secretariat, webhooks."""

import csv
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from alliance.models import Site, Supporter, SupporterImport
from alliance.queries.site import read_site
from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.webhooks import WebhookDelivery
from tests.factories import Cast, read_charter
from tests.support.background_programs import Worker
from tests.support.client_program import README, ClientProgram
from tests.support.report_program import stored_rows

HEADINGS = "name,kind,region,e-mail\n"
GOOD = HEADINGS + "Lake School,school,Eastport,lake@school.example\n"
FAULTY = GOOD + ",school,Eastport,nobody@school.example\n"
_BLOCK = re.compile(r"```bash\n(.*?)```\n", re.DOTALL)


@pytest.fixture
def mona(people: Cast, program_of: Callable[..., ClientProgram]) -> ClientProgram:
    """The manager's command line, while supporters may accede."""
    with acting_as(SYSTEM):
        Site.objects.update_or_create(id=1, defaults={"supporters_charter": read_charter().key})
    read_site.forget()
    return program_of(people.mona)


def file_of(program: ClientProgram, text: str) -> str:
    (program.folder / "march.csv").write_text(text, encoding="utf-8")
    return "march.csv"


def stages() -> list[tuple[bool, bool]]:
    rows = stored_rows(SupporterImport)
    return [(row.cancelled_at is not None, row.imported_at is not None) for row in rows]


def test_a_file_is_shown_and_only_imported_when_that_is_agreed_to(
    mona: ClientProgram, worker: Worker
) -> None:
    tried = mona("supporters", "import", file_of(mona, FAULTY), "--dry-run")
    assert tried.code == 7
    assert "1 new, 0 may be here already, 0 are here, 0 twice in the file, 1 faulty" in tried.out
    assert "row 3, name: empty" in tried.out
    assert tried.out.endswith("Nothing was imported.\n")
    # nothing is left that waits, and nothing with a faulty row is imported without a word about the rest
    assert mona("supporters", "import", file_of(mona, FAULTY), "--yes").code == 7
    nobody = mona("supporters", "import", file_of(mona, GOOD))
    assert (nobody.code, "--yes" in nobody.err) == (2, True)
    assert (stages(), stored_rows(Supporter)) == ([(True, False)] * 3, [])

    done = mona("supporters", "import", file_of(mona, FAULTY), "--yes", "--partial", "--json")
    assert (done.code, done.content["imported"]) == (7, 1)
    assert [row["fault_column"] for row in done.content["faulty"]] == ["name"]
    [row] = stored_rows(Supporter)
    assert (row.name, row.state) == ("Lake School", "unconfirmed")

    taken = mona("supporters", "take-back", str(done.content["import"]["id"]), "--yes")
    assert (taken.code, taken.out) == (0, "Taken back: march.csv\n")
    assert mona("supporters", "list").out == "There are none.\n"


def test_the_list_is_narrowed_and_saved_as_a_table_without_formulas(
    mona: ClientProgram, worker: Worker
) -> None:
    text = GOOD + "=Hill School,kindergarten,Westport,hill@school.example\n"
    assert mona("supporters", "import", file_of(mona, text), "--yes", "--vouch").code == 0

    assert [row["name"] for row in mona("supporters", "list", "--json", "--kind", "school").content] == [
        "Lake School"
    ]
    saved = mona("supporters", "export", "all.csv")
    assert (saved.code, saved.out) == (0, "all.csv: 2 rows\n")
    with (mona.folder / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["name"] for row in rows) == ["'=Hill School", "Lake School"]
    assert {row["state"] for row in rows} == {"listed"}
    assert "school.example" not in (mona.folder / "all.csv").read_text(encoding="utf-8")
    assert mona("supporters", "export", "all.csv").code == 7


def test_who_is_not_of_the_secretariat_reaches_no_supporters(sven: ClientProgram) -> None:
    assert sven("supporters", "list").code in (4, 5)
    assert sven("supporters", "import", file_of(sven, GOOD), "--yes").code in (4, 5)
    assert stored_rows(SupporterImport) == []


def test_messages_of_a_webhook_are_listed_and_sent_again(mona: ClientProgram, people: Cast) -> None:
    with acting_as(people.actor("mona")) as actor:
        row, _secret = webhooks.create_webhook(
            actor, name="Data room", address="http://127.0.0.1:9/hook", kinds=("cycle.rescheduled",)
        )
    with acting_as(SYSTEM):
        event = Event.objects.get(kind="webhook.create", target_id=row.pk)
        message = WebhookDelivery.objects.create(
            webhook=row, event=event, kind="cycle.opened", message_id="msg_one", state="failed", status=500
        )

    assert "Data room" in mona("webhooks", "list").out
    [shown] = mona("webhooks", "messages", "Data room", "--failed", "--json").content
    assert (shown["message"], shown["state"], shown["status"]) == ("msg_one", "failed", 500)
    assert "msg_one" in mona("webhooks", "messages", str(row.pk)).out
    unknown = mona("webhooks", "messages", "Another")
    assert (unknown.code, f"Data room ({row.pk})" in unknown.err) == (2, True)

    again = mona("webhooks", "replay", "msg_one")
    assert (again.code, again.out) == (0, "Sent again: msg_one\n")
    with acting_as(SYSTEM):
        message.refresh_from_db()
    assert message.state == "pending"
    assert mona("webhooks", "replay", "msg_one").code == 6
    since = mona("webhooks", "replay", "Data room", "--since", "2020-01-01", "--json", "--lang", "ru")
    assert (since.code, since.content) == (0, {"count": 0})
    assert mona("webhooks", "list", "--lang", "ru").code == 0


def test_the_commands_of_the_readme_for_the_secretariat_run(mona: ClientProgram, worker: Worker) -> None:
    program = mona.folder / "bin/alliance"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {mona.command()[0]} -m alliance_client "$@"\n')
    program.chmod(0o755)
    environment = {**mona.environment, "PATH": f"{program.parent}:{mona.environment['PATH']}"}
    (commands,) = _BLOCK.findall(README.read_text(encoding="utf-8"))

    ran = subprocess.run(
        ["bash", "-euc", commands],
        cwd=mona.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Imported: 1 supporters." in ran.stdout
    assert "Harbour School No. 3" in Path(mona.folder / "supporters.csv").read_text(encoding="utf-8")
