"""The practices of the small alliance: one of each that an address or a border needs, with a canary in every text."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from alliance.models import Service
from portal.kernel import files
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import digest
from practices.enums import PracticeState
from practices.models import (
    Adoption,
    AdoptionResult,
    AdoptionStep,
    Attachment,
    ImportedFile,
    ModelRun,
    Practice,
    PracticeImport,
    Relation,
    SavedSearch,
    Translation,
    Version,
)
from practices.services.publications import publish_version, publish_withdrawal
from tests.factories import Cast
from tests.factories.cast import EPOCH
from tests.support.canaries import canary
from tests.support.practice_rows import UrlKwargs, key_kwargs, make_practice
from tests.support.world_discussion import make_discussion
from tests.support.world_drafts import make_practice_steps


def make_practices(cast: Cast) -> dict[str, UrlKwargs]:
    """The places by name; everything is Aurora's, written by Alice, unless a name says otherwise."""
    green = make_practice(cast, "green", PracticeState.SHARED, pack=True)
    draft = make_practice(cast, "amber_strict", PracticeState.DRAFT, name="practice-draft", pack=True)
    recalled = make_practice(cast, "green", PracticeState.RECALLED, name="practice-recalled")
    return {
        "practice.green": key_kwargs(green),
        "practice.green.version": {**key_kwargs(green), "number": 1},
        "practice.green.versions": {**key_kwargs(green), "old": 1, "new": 1},
        "practice.green.file": {**key_kwargs(green), "sha256": _SHA256},
        "practice.draft": key_kwargs(draft),
        "run": {**key_kwargs(green), "run": ModelRun.objects.get(practice=green).key},
        "run.draft": {**key_kwargs(draft), "run": ModelRun.objects.get(practice=draft).key},
        "import": key_kwargs(_import(cast)),
        "search.saved": key_kwargs(_saved_search(cast)),
        **_make_uses(cast, green),
        **_public(cast),
        **make_practice_steps(cast),
        **make_discussion(cast, green, draft, recalled),
    }


_FILE = b"e,f\n5,6\n"
_SHA256 = digest(_FILE)


def _public(cast: Cast) -> dict[str, UrlKwargs]:
    """One that the world reads, with a file, and one that was withdrawn from it."""
    clear, gone = (
        make_practice(cast, "clear", PracticeState.SHARED, name=f"practice-{name}")
        for name in ("clear", "withdrawn")
    )
    path = default_storage.save(f"practices/{_SHA256}", ContentFile(_FILE))
    listed = {
        "title": "A set",
        "name": "set.csv",
        "media_type": "text/csv",
        "bytes": len(_FILE),
        "sha256": _SHA256,
    }
    Attachment.objects.create(
        practice=clear, title="A set", file=path, file_name="set.csv", media_type="text/csv", size=len(_FILE),
        sha256=_SHA256, added_by=cast.alice, shared_at=clear.created_at,
    )  # fmt: skip
    for practice, attachments in ((clear, [listed]), (gone, [])):
        version = Version(
            practice=practice, number=1, content=practice.draft.content, attachments=attachments
        )
        publish_version(SYSTEM, version)
    publish_withdrawal(SYSTEM, gone, "It misjudges school classes.")
    Practice.objects.filter(pk=gone.pk).update(state=PracticeState.RECALLED)
    url_kwargs = key_kwargs(clear)
    return {
        "practice.clear": url_kwargs,
        "practice.clear.version": {**url_kwargs, "number": 1},
        "practice.clear.versions": {**url_kwargs, "old": 1, "new": 1},
        "practice.clear.file": {**url_kwargs, "sha256": _SHA256},
        "practice.withdrawn": key_kwargs(gone),
    }


def _saved_search(cast: Cast) -> SavedSearch:
    return SavedSearch.objects.create(
        person=cast.alice,
        organisation=cast.aurora,
        name=canary("saved-search"),
        query={"text": [canary("saved-search")]},
    )


def _import(cast: Cast) -> PracticeImport:
    """Files that Alice has sent and not confirmed."""
    written = canary("import")
    practice_import = PracticeImport.objects.create(person=cast.alice, organisation=cast.aurora, name=written)
    report = {
        "becomes": "draft", "title": written, "practice": "", "draft": None, "language": "en", "faults": [],
        "missing": ["kind"], "places": [], "notes": [{"line": 1, "field": "", "message": written}],
    }  # fmt: skip
    content = b"# A title"
    ImportedFile.objects.create(
        upload=practice_import,
        position=1,
        name=f"{written}.md",
        file=files.store_at("imports/world", content),
        sha256=digest(content),
        report=report,
    )
    return practice_import


def _make_uses(cast: Cast, green: Practice) -> dict[str, UrlKwargs]:
    """Aurora's own use of what is GREEN, one that nobody else reads of, and the use of what is RED."""
    red = make_practice(
        cast, "red", PracticeState.SHARED, pack=True, reader_people=[f"{cast.carol.pk}.{cast.beacon.pk}"]
    )
    kids = Service.objects.get(slug="aurora-kids")
    used = _adoption(cast, green, "green")
    _adoption(cast, green, "amber_strict", kids)
    relation = Relation.objects.create(practice=green, kind="derives", target=red)
    known = Relation.objects.create(
        practice=green,
        kind="replaces",
        target=make_practice(cast, "green", PracticeState.RETIRED, name="practice-old"),
    )
    return {
        **_make_translations(cast, green),
        "practice.red": key_kwargs(red),
        "version": {**key_kwargs(green), "number": 1},
        "version.red": {**key_kwargs(red), "number": 1},
        "comparison": {**key_kwargs(green), "old": 1, "new": 1},
        "relation": {**key_kwargs(green), "relation": known.key},
        "relation.red": {**key_kwargs(green), "relation": relation.key},
        "adoption": key_kwargs(used),
        "adoption.red": key_kwargs(_adoption(cast, red, "red")),
        "adoption.result": {**key_kwargs(used), "result": used.results.get().key},
    }


def _make_translations(cast: Cast, green: Practice) -> dict[str, UrlKwargs]:
    """Of what is GREEN into Russian: one that is read, one that Carol offers, and one of hers that waits."""
    rows = {
        name: Translation.objects.create(
            practice=green, language="ru", version_number=1, content={"title": canary(name)}, state=state,
            person=person, organisation=organisation,
            accepted_at=green.created_at if state == "in_moderation" else None,
        )
        for name, state, person, organisation in (
            ("translation", "shared", cast.alice, cast.aurora),
            ("translation-offered", "offered", cast.carol, cast.beacon),
            ("translation-waiting", "in_moderation", cast.carol, cast.beacon),
        )
    }  # fmt: skip
    return {
        **{name.replace("-", "."): key_kwargs(row) for name, row in rows.items()},
        "practice.green.ru": {**key_kwargs(green), "language": "ru"},
    }


def _adoption(cast: Cast, practice: Practice, label: str, service: Service | None = None) -> Adoption:
    """A use by Aurora, with a canary in its note and in its result."""
    adoption = Adoption.objects.create(
        practice=practice,
        organisation=cast.aurora,
        author_people=[f"{cast.alice.pk}.{cast.aurora.pk}"],
        service=service,
        label=label,
        since=EPOCH,
    )
    AdoptionStep.objects.create(
        adoption=adoption,
        state="trial",
        on=EPOCH,
        note=canary(f"adoption-{label}-note"),
        recorded_by=cast.alice,
    )
    AdoptionResult.objects.create(
        adoption=adoption, what=canary(f"adoption-{label}"), before=4, after=2, added_by=cast.alice
    )
    return adoption
