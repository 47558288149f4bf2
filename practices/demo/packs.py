"""The test sets of the demonstration and the runs on them, counted by the portal as those of people are."""

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.demo.files import Record
from alliance.queries.local_dates import today
from portal.kernel import files
from portal.kernel.access import Actor
from practices.demo.files import DATA
from practices.enums import RunKind
from practices.models import Practice
from practices.packs.test_set_rows import stored_rows
from practices.queries.packs import run_targets
from practices.services.packs import RunInput, TestSetInput, add_run, add_test_set


def add_demo_test_set(actor: Actor, practice: Practice, record: Record) -> None:
    """Add the rows of a file beside the practices."""
    upload = SimpleUploadedFile(record["file"], (DATA / "packs" / record["file"]).read_bytes())
    sent = TestSetInput(
        title=record["file"].partition(".")[0],
        labelled_by=record["labelled_by"],
        made_from=record["made_from"],
    )
    add_test_set(actor, practice, upload, sent)


def add_demo_run(actor: Actor, practice: Practice, record: Record) -> None:
    """Answer each row rightly but for one in so many, which gets the next class."""
    target = run_targets(actor, practice)[0]
    lines = []
    for place, row in enumerate(stored_rows(files.read(target.attachment.file)), start=1):
        right = target.classes.index(row["class"])
        answer = target.classes[(right + (place % record["wrong_every"] == 0)) % len(target.classes)]
        lines.append(f"{row['id']},{answer}")
    sent = RunInput(RunKind(record["kind"]), record["name"], today(), record.get("setting", ""))
    add_run(actor, target, SimpleUploadedFile("answers.csv", "\n".join(lines).encode()), sent)
