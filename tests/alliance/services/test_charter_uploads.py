"""Charter files in the browser's way: looked at, loaded or deleted; drafts thrown away; a version as a file again."""

from datetime import timedelta
from pathlib import Path

import pytest

import alliance
from alliance.charter_file import CharterFaults, normal_charter, read_charter, write_charter_file
from alliance.enums import CharterState, CycleState
from alliance.models import Charter, CharterUpload, KeyMapping
from alliance.queries.charter_dry_run import DryRunOutcome, charter_dry_run
from alliance.queries.charter_text import charter_text
from alliance.services.charter_uploads import (
    delete_charter_upload,
    discard_charter,
    load_charter_upload,
    send_charter_file,
)
from alliance.services.charters import LoadOutcome, load_charter
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle
from tests.support.charter_files import SMALL
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
CHARTERS = Path(alliance.__file__).parent / "data" / "charters"


def send(cast: Cast, text: str = SMALL) -> CharterUpload:
    return send_charter_file(cast.actor("mona"), "small.yaml", text.encode())


@pytest.mark.parametrize("name", ["alliance.yaml", "disclosures.yaml"])
def test_a_loaded_charter_comes_out_as_an_equal_file(name: str) -> None:
    raw = (CHARTERS / name).read_bytes()
    with acting_as(SYSTEM):
        charter = load_charter(SYSTEM, raw).charter
        exported = write_charter_file(charter_text(charter))
        again = load_charter(SYSTEM, exported)

    assert normal_charter(read_charter(exported)) == normal_charter(read_charter(raw))
    assert again.outcome == LoadOutcome.UNCHANGED


def test_export_keeps_undecided_keys_and_reasons_of_breaks() -> None:
    reason = "breaks: {en: Counted anew., ru: Считается заново.}"
    rows = f"  - {{from: old-count, to: complaints, {reason}}}\n  - {{from: old-share}}\n"
    raw = SMALL.replace("  - {from: old-count, to: complaints}\n", rows).encode()
    with acting_as(SYSTEM):
        charter = load_charter(SYSTEM, raw).charter

        assert list(charter.mappings.order_by("pk").values_list("earlier_key", "key", "reason_ru")) == [
            ("old-count", "complaints", "Считается заново."),
            ("old-share", "", ""),
        ]
        assert (
            load_charter(SYSTEM, write_charter_file(charter_text(charter))).outcome == LoadOutcome.UNCHANGED
        )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_export_keeps_the_reason_of_an_undecided_key_in_one_language(language: str) -> None:
    rows = f"  - {{from: old-count, breaks: {{{language}: Counted anew.}}}}\n  - {{from: old-count, to: complaints}}\n"
    raw = SMALL.replace("  - {from: old-count, to: complaints}\n", rows).encode()
    with acting_as(SYSTEM):
        charter = load_charter(SYSTEM, raw).charter
        exported = write_charter_file(charter_text(charter))
        again = load_charter(SYSTEM, exported)

    assert getattr(charter.mappings.get(key=""), f"reason_{language}") == "Counted anew."
    assert normal_charter(read_charter(exported)) == charter_text(charter)
    assert again.outcome == LoadOutcome.UNCHANGED


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ("{from: old-count, to: complaints, breaks: {en: Counted anew.}}", ["mapping[0].breaks.ru"]),
        ("{from: old-count, breaks: {}}", ["mapping[0].breaks.en", "mapping[0].breaks.ru"]),
    ],
    ids=["of a decided key in one language", "in none"],
)
def test_a_reason_that_lacks_a_language_is_refused(row: str, missing: list[str]) -> None:
    raw = SMALL.replace("{from: old-count, to: complaints}", row).encode()

    with pytest.raises(CharterFaults) as refusal:
        read_charter(raw)

    assert [fault.path for fault in refusal.value.faults] == missing


def test_a_file_is_looked_at_without_a_trace_and_then_loaded(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        upload = send(cast)
        assert charter_dry_run(SMALL.encode()).outcome == DryRunOutcome.CREATED
        assert not Charter.objects.filter(key="small").exists()

        charter = load_charter_upload(mona, upload).charter

        assert (charter.key, charter.state) == ("small", CharterState.DRAFT)
        assert not CharterUpload.objects.exists()
        with pytest.raises(WrongState):
            load_charter_upload(mona, upload)


def test_the_dry_run_says_what_a_file_would_do(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        load_charter(mona, SMALL.encode())
        changed = SMALL.replace("Everyone.", "Everybody.").encode()
        faulty = SMALL.replace("core: true", "core: maybe").encode()

        assert charter_dry_run(SMALL.encode()).outcome == DryRunOutcome.UNCHANGED
        run = charter_dry_run(changed)
        assert (run.outcome, len(run.draft_difference.changed)) == (DryRunOutcome.UPDATED, 1)
        Charter.objects.filter(key="small").update(state=CharterState.IN_FORCE)
        assert charter_dry_run(changed).outcome == DryRunOutcome.ERRATA
        optional = SMALL.replace("core: true", "core: false", 1).encode()
        assert charter_dry_run(optional).outcome == DryRunOutcome.FIXED
        refused = charter_dry_run(faulty)
        assert (refused.outcome, refused.can_be_loaded) == (DryRunOutcome.FAULTY, False)
        assert refused.faults[0].path.endswith("core")


def test_a_faulty_file_waits_to_be_read_and_is_not_loaded(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        upload = send(cast, "format: 1\n")

        with pytest.raises(CharterFaults):
            load_charter_upload(mona, upload)

        assert CharterUpload.objects.filter(pk=upload.pk).exists()


def test_unused_charter_files_are_deleted(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        old, other = send(cast), send(cast)
        CharterUpload.objects.filter(pk=old.pk).update(sent_at=clock.now() - timedelta(days=8))
        newest = send(cast)
        delete_charter_upload(mona, other)

        assert list(CharterUpload.objects.values_list("pk", flat=True)) == [newest.pk]


def test_a_file_over_two_megabytes_is_refused(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError, match="2 MB"):
        send_charter_file(mona, "long.yaml", b"#" * (2 * 1024 * 1024 + 1))


def test_a_reviewer_neither_sends_nor_discards(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as rita:
        with pytest.raises(Forbidden):
            send_charter_file(rita, "small.yaml", SMALL.encode())
        with pytest.raises(Forbidden):
            discard_charter(rita, Charter.objects.get(key="test-charter"))


def test_a_draft_is_discarded_with_its_parts_and_the_journal_keeps_a_line(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        charter = load_charter(mona, SMALL.encode()).charter

        discard_charter(mona, charter)

        assert not Charter.objects.filter(key="small").exists()
        assert not KeyMapping.objects.filter(earlier_key="old-count").exists()
        assert Event.objects.filter(kind="charter.discard").count() == 1


def test_a_draft_that_a_colleague_changed_is_replaced_and_deleted_only_once_seen(cast: Cast) -> None:
    with acting_as(SYSTEM):
        before = load_charter(SYSTEM, SMALL.encode()).charter
        upload = send(cast, SMALL.replace("Everyone.", "Everybody."))
    mona = signed_in(cast.mona)
    pages = [f"/secretariat/charters/import/{upload.pk}/load/", "/secretariat/charters/small/2/discard/"]
    seen = [mona.get(page).context["form"]["seen"].value() for page in pages]
    assert seen == [before.sha256] * 2
    with acting_as(cast.actor("mona")) as actor:
        changed = load_charter(actor, SMALL.replace("Everyone.", "All.").encode()).charter

    for page in pages:
        answer = mona.post(page, {"seen": before.sha256})
        assert answer.status_code == 422
        assert "You changed this in another window" in words_of(answer)
        assert answer.context["form"]["seen"].value() == changed.sha256
    assert Charter.objects.get(key="small").sha256 == changed.sha256
    for page in pages:
        assert mona.post(page, {"seen": Charter.objects.get(key="small").sha256}).status_code == 302
    assert not Charter.objects.filter(key="small").exists()


def test_a_charter_in_force_or_with_a_cycle_is_not_discarded(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(WrongState):
            discard_charter(mona, Charter.objects.get(key="test-charter"))
        draft = load_charter(mona, SMALL.encode()).charter
        make_cycle(draft, "2030-h1", CycleState.PLANNED)
        with pytest.raises(DomainError, match="planned on this version"):
            discard_charter(mona, draft)
