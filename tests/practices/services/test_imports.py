"""Importing practices: the report of the dry run, and what becomes of each file."""

import io
from datetime import date

import pytest

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from practices.enums import ImportOutcome, Label
from practices.files import FileRelation
from practices.models import Draft, ImportedFile, LabelPolicy, Practice, PracticeImport, Relation
from practices.services.import_choices import set_for_many
from practices.services.imports import UploadedImportFile, apply_import, prepare_import
from practices.services.practices import edit_practice, set_language_and_expiry
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared
from tests.support.jobs import run_all_jobs
from tests.support.practice_imports import applied, file_of, practices, prepared, reports, sent

pytestmark = pytest.mark.django_db


# --- The dry run -----------------------------------------------------------------------------


def test_the_dry_run_reports_and_touches_nothing(cast: Cast) -> None:
    practice_import = prepared(
        cast, good=file_of(), loose="# A title\n\n## Goal\n\nFind it.", wrong="---\ncolour: red\n---\n"
    )

    good, loose, wrong = reports(practice_import)
    assert (good["becomes"], good["title"], good["missing"]) == ("draft", "Slow the first message", [])
    assert loose["missing"] == ["kind", "stage", "harms", "summary", "permitted_use"]
    assert loose["places"] == [{"line": 3, "heading": "Goal", "field": "goal", "recognised": True}]
    assert (wrong["becomes"], wrong["faults"][0]["line"], wrong["faults"][0]["field"]) == (
        "refused",
        2,
        "colour",
    )
    assert practices() == 0


def test_a_zip_that_leads_out_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(DomainError):
        call_as(cast.actor("alice"), prepare_import, [UploadedImportFile("a.zip", io.BytesIO(b"PK"), 2)])
    with acting_as(SYSTEM):
        assert not PracticeImport.objects.exists()


def test_a_file_whose_name_hides_a_sign_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="invisible character") as refusal:
        call_as(cast.actor("alice"), prepare_import, sent(**{"a\u202egpj": "# A"}))

    assert refusal.value.field == "upload"


def test_nothing_to_import_is_said(cast: Cast) -> None:
    with pytest.raises(DomainError, match="There is no Markdown file"):
        call_as(cast.actor("alice"), prepare_import, [UploadedImportFile("a.pdf", io.BytesIO(b"x"), 1)])


@pytest.mark.parametrize("name", ["bob", "rita", "mona"])
def test_only_who_may_draft_imports(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        call_as(cast.actor(name), prepare_import, sent(a=file_of()))


def test_an_import_is_its_persons_alone(cast: Cast) -> None:
    practice_import = prepared(cast, a=file_of())

    for name in ("sven", "bob", "carol", "mona"):
        with acting_as(cast.actor(name)) as actor:
            assert not PracticeImport.objects.filter(pk=practice_import.pk).exists()  # row-level security
            assert not ImportedFile.objects.exists()
        with acting_as(SYSTEM):
            assert not PracticeImport.objects.visible_to(actor).exists()  # the first one
            assert not ImportedFile.objects.visible_to(actor).exists()


def test_a_file_of_ones_own_practice_changes_its_language_and_last_day_and_reports_it(cast: Cast) -> None:
    practice = make_draft(cast, kind="alert")
    alert = {"key": str(practice.key), "language": "ru", "expires_on": "2031-05-05"}

    (row,) = applied(cast, a=file_of(handling=alert, kind="alert"))

    assert row.outcome == ImportOutcome.EDITED
    messages = [note["message"] for note in row.report["notes"]]
    assert any(
        "Its language becomes: Russian. Valid until: May 5, 2031." in message for message in messages
    ), messages
    framed = row.practice
    assert framed is not None
    assert (framed.language, str(framed.expires_on)) == ("ru", "2031-05-05")

    without_language = {"key": str(practice.key), "language": ""}
    (again,) = applied(cast, a=file_of(handling=without_language, kind="alert", title="Slow it"))

    assert again.practice is not None
    assert (again.practice.language, str(again.practice.expires_on)) == ("ru", "2031-05-05")
    assert not any("language" in note["message"] for note in again.report["notes"])


def test_an_alert_keeps_its_last_day_under_a_file_without_front_matter(cast: Cast) -> None:
    goal = " ".join(f"word{number}" for number in range(60))
    long = {"title": "Pile-ons", "goal": goal, "kind": "alert"}
    practice = make_draft(cast, **long)
    last_day = date(2031, 5, 5)
    call_as(cast.actor("alice"), set_language_and_expiry, practice, language="en", expires_on=last_day)
    plain = file_of(**{**long, "goal": goal.replace("word7 ", "word8 ")})
    body = plain.split("\n---\n", 1)[1]

    (row,) = applied(cast, a=body)

    assert (row.outcome, row.practice) == (ImportOutcome.EDITED, practice)
    assert not any("Valid until" in note["message"] for note in row.report["notes"])
    assert row.practice is not None
    assert row.practice.expires_on == last_day
    with acting_as(SYSTEM):
        content = Draft.objects.get(practice=practice).content
    assert (content["goal"], content["kind"]) == (goal.replace("word7 ", "word8 "), "alert")
    assert content.keys() == {**CONTENT, **long}.keys()


def test_the_last_day_of_a_file_is_that_of_a_draft_which_becomes_an_alert_by_choice(cast: Cast) -> None:
    text = file_of(handling={"expires_on": "2031-05-05"}, kind=None, goal="Fewer harms.")
    practice_import = prepared(cast, a=text)
    with acting_as(SYSTEM):
        (position,) = ImportedFile.objects.filter(upload=practice_import).values_list("position", flat=True)
    call_as(cast.actor("alice"), set_for_many, practice_import, [position], {"kind": "alert"})
    call_as(cast.actor("alice"), apply_import, practice_import)
    run_all_jobs()

    with acting_as(SYSTEM):
        (practice,) = Practice.objects.all()
    assert str(practice.expires_on) == "2031-05-05"


# --- What becomes of it ----------------------------------------------------------------------


def test_a_file_becomes_a_draft_without_readers(cast: Cast) -> None:
    text = file_of(Label.CLEAR).replace("label:", "readers: {organisations: [beacon-search]}\nlabel:")

    (row,) = applied(cast, a=text)

    practice = row.practice
    assert practice is not None
    assert (row.outcome, practice.state, practice.label) == (
        ImportOutcome.DRAFTED,
        "draft",
        Label.AMBER_STRICT,
    )
    assert (practice.reader_organisations, practice.reader_people, practice.reader_groups) == ([], [], [])
    with acting_as(SYSTEM):
        assert Draft.objects.get(practice=practice).content["title"] == "Slow the first message"
    messages = " ".join(note["message"] for note in row.report["notes"])
    assert "The file says TLP:CLEAR, but the draft gets the label TLP:AMBER+STRICT" in messages
    assert "Readers named in the file are not imported" in messages


def test_what_is_red_stays_its_authors_alone(cast: Cast) -> None:
    (row,) = applied(cast, a=file_of(Label.RED))

    assert row.practice is not None
    assert row.practice.label == Label.RED
    with acting_as(SYSTEM):
        assert not Practice.objects.visible_to(cast.actor("sven")).filter(pk=row.practice.pk).exists()


def test_red_is_refused_where_the_organisation_does_not_use_it(cast: Cast) -> None:
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.aurora, labels=[Label.GREEN, Label.AMBER_STRICT])

    (report,) = reports(prepared(cast, a=file_of(Label.RED)))

    assert report["faults"][0]["message"] == "Your organisation does not use TLP:RED."


def test_the_key_of_an_own_practice_replaces_its_working_copy_and_nothing_shared(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    before = practice.reader_organisations

    (row,) = applied(cast, a=file_of(Label.GREEN, {"key": str(practice.key)}, title="Slower still"))

    assert (row.outcome, row.practice) == (ImportOutcome.EDITED, practice)
    with acting_as(SYSTEM):
        practice.refresh_from_db()
        assert Draft.objects.get(practice=practice).content["title"] == "Slower still"
        assert practice.versions.get().content["title"] == "Slow the first message"
        assert (practice.label, practice.reader_organisations) == (Label.AMBER, before)
        assert practices() == 1


def test_the_key_of_what_one_may_not_change_or_see_reveals_nothing(cast: Cast) -> None:
    other = make_shared(cast, Label.GREEN)
    hidden = make_draft(cast)
    carol = cast.actor("carol")
    first_reports = []
    for key in (other.key, hidden.key, "00000000-0000-4000-8000-000000000000"):
        practice_import = call_as(carol, prepare_import, sent(a=file_of(handling={"key": str(key)})))
        first_reports.append({**reports(practice_import)[0], "size": 0})  # of the file itself

    assert [report["becomes"] for report in first_reports] == ["draft"] * 3
    assert first_reports[0] == first_reports[1] == first_reports[2]


def test_two_files_for_one_practice_are_not_both_taken(cast: Cast) -> None:
    practice = make_draft(cast)
    text = file_of(handling={"key": str(practice.key)})

    assert [report["becomes"] for report in reports(prepared(cast, a=text, b=text))] == ["edit", "refused"]


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(cast: Cast) -> None:
    practice = make_draft(cast)
    practice_import = prepared(cast, a=file_of(handling={"key": str(practice.key)}, title="Mine"))
    with acting_as(SYSTEM):
        version = Draft.objects.get(practice=practice).version
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Theirs"}, version=version)
    call_as(cast.actor("alice"), apply_import, practice_import)
    run_all_jobs()

    with acting_as(SYSTEM):
        row = ImportedFile.objects.get(upload=practice_import)
        assert (row.outcome, "Someone changed the practice" in row.refusal) == (ImportOutcome.REFUSED, True)
        assert Draft.objects.get(practice=practice).content["title"] == "Theirs"


def test_relations_lead_to_what_one_sees(cast: Cast) -> None:
    seen, hidden = make_shared(cast, Label.GREEN), make_draft(cast)
    handling = {
        "relations": (FileRelation("derives", str(seen.key)), FileRelation("merges", str(hidden.key)))
    }
    text = file_of(handling=handling, title="Slower still", summary="Each first message waits for a minute.")
    practice_import = call_as(cast.actor("carol"), prepare_import, sent(a=text))
    assert any("1 relation is left out" in note["message"] for note in reports(practice_import)[0]["notes"])
    call_as(cast.actor("carol"), apply_import, practice_import)
    run_all_jobs()

    with acting_as(SYSTEM):
        assert list(Relation.objects.values_list("kind", "target")) == [("derives", seen.pk)]
