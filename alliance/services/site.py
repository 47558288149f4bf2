"""Named writes on the site's settings: what it is called, its logo, who its letters come from, its time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Left
from django.urls import reverse
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from alliance.enums import CharterState
from alliance.models import Charter, MailTest, Site
from alliance.queries.last_edits import edited_meanwhile
from alliance.queries.site import load_site, read_site
from alliance.services.search_site import refresh_texts
from portal.kernel import clock, files, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.files import CheckedFile, DamagedFile, FileHolder, FileUsage, Withheld, check_upload
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import Texts, clean_name, clean_optional_name

LOGO_FOLDER = "logos"
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg"}
_ALLOWED_EXTENSIONS = (".png", ".jpg", ".jpeg")
# what moves the version of the settings, by its entry in the journal
_CHANGES = (
    "site.rename",
    "site.set_sender",
    "site.set_time_zone",
    "site.choose_supporters_charter",
    "site.set_logo",
    "site.remove_logo",
)
LOGO_MIN_SIDE, LOGO_MAX_SIDE, LOGO_MAX_BYTES = 64, 1024, 512 * 1024


@transaction.atomic
def rename_site(
    actor: Actor,
    *,
    expected_version: int,
    names: Texts,
    short_names: Texts,
    headlines: Texts,
    banners: Texts,
    contact: str,
) -> Site:
    """Change the portal's names, its texts on every page, and its contact; the search finds its texts by them.

    Raises Forbidden, Conflict when somebody else has saved meanwhile, or the DomainError of a name.
    """
    changes = {"contact": contact.strip()}
    for stem, texts in (("name", names), ("short_name", short_names)):
        changes |= {
            f"{stem}_{code}": clean_name(text, field=f"{stem}_{code}") for code, text in texts.items()
        }
    for stem, texts in (("headline", headlines), ("banner", banners)):
        changes |= {
            f"{stem}_{code}": clean_optional_name(text, field=f"{stem}_{code}")
            for code, text in texts.items()
        }
    site = _change_settings(actor, "site.rename", changes, expected_version)
    refresh_texts()
    return site


@transaction.atomic
def set_sender(actor: Actor, *, expected_version: int, names: Texts, address: str, reply_to: str) -> Site:
    """Change who letters come from, by name in each language, and where replies go. Refuses as `rename_site` does."""
    if any(name.strip() for name in names.values()) and not address.strip():
        raise DomainError(_("A sender’s name needs an address."), field="sender_address")
    _require_usable_domain(address, "sender_address")
    _require_usable_domain(reply_to, "reply_to")
    changes = {
        **{
            f"sender_name_{code}": clean_optional_name(name, field=f"sender_name_{code}")
            for code, name in names.items()
        },
        "sender_address": address.strip(),
        "reply_to": reply_to.strip(),
    }
    return _change_settings(actor, "site.set_sender", changes, expected_version)


def _require_usable_domain(address: str, field: str) -> None:
    """Refuse an address whose domain, in the letters of mail servers, is no name."""
    domain = address.strip().rpartition("@")[2]
    try:
        punycode(domain)
    except UnicodeError as error:
        message = _("Mail servers cannot use the domain name “%(domain)s”. Use a shorter one.")
        raise DomainError(message % {"domain": domain}, field=field) from error


@transaction.atomic
def set_time_zone(actor: Actor, *, expected_version: int, zone: ZoneInfo) -> Site:
    """Let days end at 24:00 in this zone from now on, those of open deadlines too. Refuses as `rename_site` does."""
    return _change_settings(actor, "site.set_time_zone", {"time_zone": zone.key}, expected_version)


def choose_supporters_charter(actor: Actor, *, expected_version: int, key: str) -> Site:
    """Open the charter of this key to supporters by the public form; with an empty key close the form.

    Raises Forbidden, DomainError for a charter that is not in force, or Conflict when somebody else has saved
    meanwhile.
    """
    if key and not Charter.objects.filter(key=key, state=CharterState.IN_FORCE).exists():
        raise DomainError(_("Choose a charter that is in force."), field="key")
    changes = {"supporters_charter": key}
    return _change_settings(actor, "site.choose_supporters_charter", changes, expected_version)


def set_logo(actor: Actor, upload: UploadedFile, *, expected_version: int | None = None) -> Site:
    """Show this picture instead of the sun.

    `expected_version` is that of the settings which the actor has seen, None for any. Raises Forbidden, StorageError,
    Conflict when they were changed in between, or the DomainError of the file.
    """
    require(actor, "site.change")
    checked = check_logo(upload)
    stored = files.store(LOGO_FOLDER, checked)
    with transaction.atomic():
        files.pin(stored)
        return _change_settings(
            actor,
            "site.set_logo",
            {"logo": f"{stored.sha256}.{_EXTENSIONS[checked.media_type]}"},
            expected_version,
        )


@transaction.atomic
def remove_logo(actor: Actor, *, expected_version: int | None = None) -> Site:
    """Show the sun again. Raises Forbidden, or Conflict when the settings were changed since `expected_version`."""
    return _change_settings(actor, "site.remove_logo", {"logo": ""}, expected_version)


def check_logo(upload: UploadedFile) -> CheckedFile:
    """The picture, encoded anew. Raises DomainError when it cannot be a logo."""
    if not (upload.name or "").lower().endswith(_ALLOWED_EXTENSIONS):
        raise DomainError(_("A logo is a picture: send PNG or JPEG."), field="file")
    checked = check_upload(upload)
    width, height = checked.sides
    if not all(LOGO_MIN_SIDE <= side <= LOGO_MAX_SIDE for side in (width, height)):
        message = _(
            "A logo has from %(least)d to %(most)d pixels on each side; this one has %(width)d × %(height)d."
        )
        sizes = {"least": LOGO_MIN_SIDE, "most": LOGO_MAX_SIDE, "width": width, "height": height}
        raise DomainError(message % sizes, field="file")
    if checked.size > LOGO_MAX_BYTES:
        raise DomainError(_("The picture is larger than 512 kB: save it smaller."), field="file")
    return checked


def _change_settings(
    actor: Actor, kind: str, changes: Mapping[str, str], expected_version: int | None = None
) -> Site:
    """Write what differs, if nobody else has written since `expected_version`; the journal names the fields alone."""
    require(actor, "site.change")
    site, _new = Site.objects.select_for_update().get_or_create(id=1)
    if expected_version is not None and site.version != expected_version:
        raise Conflict(edited_meanwhile(actor, site, *_CHANGES), stored=site, sent=changes)
    changed = [name for name, value in changes.items() if (getattr(site, name) or "") != value]
    if not changed:
        return site
    former = site.logo
    for name in changed:
        setattr(site, name, changes[name])
    site.version += 1
    site.save()
    if former and former != site.logo:
        files.discard_later(logo_path(former), key=f"{former}:{site.version}")
    journal.record(actor, kind, site, changed=changed)
    touch_public_revision()
    transaction.on_commit(read_site.forget)
    return site


def logo_path(logo: str) -> str:
    """Where the storage keeps the picture of this file name."""
    return files.stored_path(LOGO_FOLDER, logo.partition(".")[0])


@dataclass(frozen=True, slots=True)
class DocumentLogo:
    """The site's own logo for a document: under what name the layout finds it, and its bytes."""

    file: str
    content: bytes


def document_logo() -> DocumentLogo | None:
    """The picture in the place of the sun; None where there is none, or it cannot be fetched now."""
    logo = load_site().logo
    if not logo:
        return None
    try:
        content = files.read(logo_path(logo))
    except (Withheld, DamagedFile):
        return None
    return DocumentLogo(f"logo.{logo.rpartition('.')[2]}", content)


def _logo_purged(sha256: str) -> None:
    """Remove the picture, so that the sun is shown again."""
    if Site.objects.filter(logo__startswith=f"{sha256}.").update(logo="", version=F("version") + 1):
        touch_public_revision()
        transaction.on_commit(read_site.forget)


LOGO_USAGES = FileHolder(
    "logos",
    # everybody sees it
    lambda actor, sha256: [
        FileUsage(_("Logo"), site.name, reverse("public:home"))
        for site in Site.objects.filter(logo__startswith=f"{sha256}.")
    ],
    on_purge=_logo_purged,
    digest_finders={"site-logo": lambda actor, url_kwargs: str(url_kwargs["logo"]).partition(".")[0]},
)


def _sites_with_logo() -> QuerySet[Site]:
    """The rows with the path and the digest of their picture, as `logo_path` makes it of its file name."""
    sha256 = Left("logo", 64)
    file = Concat(Value(f"{LOGO_FOLDER}/"), Left("logo", 2), Value("/"), sha256)
    return Site.objects.exclude(logo="").annotate(sha256=sha256, file=file)


files.register_reference("logos", _sites_with_logo)


@transaction.atomic
def send_test_mail(actor: Actor) -> MailTest:
    """Queue a letter to the actor's own address, to see whether letters leave. Raises Forbidden."""
    require(actor, "site.test_mail")
    test: MailTest = MailTest.objects.create(requested_by_id=person_of(actor), requested_at=clock.now())
    journal.record(actor, "site.test_mail", test)
    enqueue("send_test_mail", key=f"test_mail:{test.pk}", payload={"test": test.pk})
    return test
