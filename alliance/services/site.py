"""Named writes on the site's settings: what it is called, its mark, who its letters come from, its time zone."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from alliance.models import MailTest, Site
from alliance.queries.site import read_site, the_site
from portal.kernel import clock, journal, stored_files
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.file_gate import Withheld
from portal.kernel.file_places import Holder, Place
from portal.kernel.names import clean_name
from portal.kernel.outbox import enqueue
from portal.kernel.publishing import touch_public
from portal.kernel.uploads import CheckedFile, check_upload

Texts = Mapping[str, str]  # by language

MARKS = "marks"
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
_NAMES = (".png", ".jpg", ".jpeg")
MARK_SMALLEST, MARK_LARGEST, MARK_BYTES = 64, 1024, 512 * 1024


@transaction.atomic
def rename_site(
    actor: Actor,
    *,
    seen: int,
    names: Texts,
    short_names: Texts,
    headlines: Texts,
    banners: Texts,
    contact: str,
) -> Site:
    """Change what the portal is called and says on every page, and whom one writes to.

    Refuses with Forbidden, Conflict when somebody else has saved meanwhile, or the DomainError of a name.
    """
    changes = {"contact": contact.strip()}
    for stem, texts in (("name", names), ("short_name", short_names)):
        changes |= {
            f"{stem}_{code}": clean_name(text, field=f"{stem}_{code}") for code, text in texts.items()
        }
    for stem, texts in (("headline", headlines), ("banner", banners)):
        changes |= {f"{stem}_{code}": _one_line(text, f"{stem}_{code}") for code, text in texts.items()}
    return _change(actor, "site.rename", changes, seen)


def _one_line(text: str, field: str) -> str:
    return clean_name(text, field=field) if text.strip() else ""


@transaction.atomic
def set_sender(actor: Actor, *, seen: int, name: str, address: str, reply_to: str) -> Site:
    """Change who letters come from, and where replies go. Refuses as `rename_site` does."""
    if name.strip() and not address.strip():
        raise DomainError(_("A sender’s name needs an address."), field="sender_address")
    changes = {
        "sender_name": _one_line(name, "sender_name"),
        "sender_address": address.strip(),
        "reply_to": reply_to.strip(),
    }
    return _change(actor, "site.set_sender", changes, seen)


@transaction.atomic
def set_time_zone(actor: Actor, *, seen: int, zone: ZoneInfo) -> Site:
    """Let days end at 24:00 in this zone from now on, those of open deadlines too. Refuses as `rename_site` does."""
    return _change(actor, "site.set_time_zone", {"time_zone": zone.key}, seen)


@transaction.atomic
def set_mark(actor: Actor, upload: UploadedFile) -> Site:
    """Show this picture instead of the sun. Refuses with Forbidden, or the DomainError of the file."""
    require(actor, "site.change")
    checked = checked_mark(upload)
    stored_files.keep(MARKS, checked)
    return _change(actor, "site.set_mark", {"mark": f"{checked.sha256}.{_ENDINGS[checked.media_type]}"})


@transaction.atomic
def remove_mark(actor: Actor) -> Site:
    """Show the sun again. Refuses with Forbidden."""
    return _change(actor, "site.remove_mark", {"mark": ""})


def checked_mark(upload: UploadedFile) -> CheckedFile:
    """The picture, encoded anew; else a DomainError says why it can be no mark."""
    if not (upload.name or "").lower().endswith(_NAMES):
        raise DomainError(_("A logo is a picture: send PNG or JPEG."), field="file")
    checked = check_upload(upload)
    width, height = Image.open(io.BytesIO(checked.content)).size  # the head alone is read
    if not all(MARK_SMALLEST <= side <= MARK_LARGEST for side in (width, height)):
        message = _(
            "A logo has from %(least)d to %(most)d pixels on each side; this one has %(width)d × %(height)d."
        )
        sizes = {"least": MARK_SMALLEST, "most": MARK_LARGEST, "width": width, "height": height}
        raise DomainError(message % sizes, field="file")
    if checked.size > MARK_BYTES:
        raise DomainError(_("The picture is larger than 512 kB: save it smaller."), field="file")
    return checked


def _change(actor: Actor, kind: str, changes: Mapping[str, str], seen: int | None = None) -> Site:
    """Write what differs, if nobody else has written since `seen`; the journal names the fields alone."""
    require(actor, "site.change")
    site, _new = Site.objects.select_for_update().get_or_create(id=1)
    if seen is not None and site.version != seen:
        message = _("Somebody else saved this while you were editing it.")
        raise Conflict(message, theirs=site, mine=changes)
    changed = [name for name, value in changes.items() if (getattr(site, name) or "") != value]
    if not changed:
        return site
    former = site.mark
    for name in changed:
        setattr(site, name, changes[name])
    site.version += 1
    site.save()
    if former and former != site.mark:
        stored_files.discard_later(mark_path(former), key=f"{former}:{site.version}")
    journal.record(actor, kind, site, changed=", ".join(changed))
    touch_public()
    transaction.on_commit(read_site.forget)
    return site


def mark_path(mark: str) -> str:
    """Where the storage keeps the picture of this file name."""
    return stored_files.path_of(MARKS, mark.partition(".")[0])


@dataclass(frozen=True, slots=True)
class PaperMark:
    """The site's own mark for a document: under what name the layout finds it, and its bytes."""

    file: str
    content: bytes


def mark_for_paper() -> PaperMark | None:
    """The picture that stands where the sun would; None where there is none, or nobody may fetch it now."""
    mark = the_site().mark
    if not mark or not stored_files.exists(mark_path(mark)):
        return None
    try:
        content = stored_files.read(mark_path(mark))
    except Withheld:
        return None
    return PaperMark(f"mark.{mark.rpartition('.')[2]}", content)


def _mark_places(actor: Actor, sha256: str) -> Sequence[Place]:
    del actor  # everybody sees it
    rows = Site.objects.filter(mark__startswith=f"{sha256}.")
    return [Place(_("Logo"), site.name, reverse("public:home")) for site in rows]


def _mark_purged(sha256: str) -> None:
    """The sun stands again where the picture was."""
    if Site.objects.filter(mark__startswith=f"{sha256}.").update(mark="", version=F("version") + 1):
        touch_public()
        transaction.on_commit(read_site.forget)


def _mark_at(actor: Actor, place: Mapping[str, Any]) -> str:
    del actor
    return str(place["mark"]).partition(".")[0]


MARK_HOLDER = Holder("marks", _mark_places, purged=_mark_purged, finds={"site-mark": _mark_at})


@stored_files.refers
def is_the_mark(path: str) -> bool:
    """Whether the site still shows the picture that is stored there."""
    mark = Site.objects.values_list("mark", flat=True).first()
    return bool(mark) and mark_path(str(mark)) == path


@transaction.atomic
def send_test_mail(actor: Actor) -> MailTest:
    """Owe a letter to the actor's own address, to see whether letters leave. Refuses with Forbidden."""
    require(actor, "site.test_mail")
    test: MailTest = MailTest.objects.create(asked_by_id=person_of(actor), asked_at=clock.now())
    journal.record(actor, "site.test_mail", test)
    enqueue("send_test_mail", key=f"test_mail:{test.pk}", payload={"test": test.pk})
    return test
