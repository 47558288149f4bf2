"""The portal's longer texts as they hold now, and who has agreed to them."""

from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.enums import TextKind
from alliance.models import Agreement, Site, SiteText
from alliance.queries.site import read_site
from portal.kernel.access import Actor, ActorKind, acting_as, can
from portal.kernel.text import LANGUAGES, reader_language

_FOLDER = Path(__file__).resolve().parent.parent / "data" / "texts"
# Placeholders for the site's names; braces around longer words are left as they are.
SITE, SHORT, CONTACT = "{site}", "{short}", "{contact}"


def current_text(kind: str) -> SiteText:
    """The last revision; before anything was saved, the starting text, as revision 0."""
    return SiteText.objects.filter(kind=kind).first() or default_text(kind)


def default_text(kind: str) -> SiteText:
    """The starting text, unsaved; empty where there is none."""
    text = SiteText(kind=kind, revision=0)
    for language in LANGUAGES:
        setattr(text, f"text_{language}", _default_markdown(kind, language))
    return text


@lru_cache(maxsize=64)
def _default_markdown(kind: str, language: str) -> str:
    file = _FOLDER / f"{TextKind(kind)}.{language}.md"
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def current_texts(actor: Actor) -> list[SiteText]:
    """All of them, in the order of their kinds. One query."""
    texts = SiteText.objects.visible_to(actor).select_related("written_by").order_by("kind", "-revision")
    latest = {text.kind: text for text in texts.distinct("kind")}
    return [latest.get(kind) or default_text(kind) for kind in TextKind]


def unreviewed_texts(actor: Actor) -> int:
    """How many are still starting texts, which somebody who knows the law should review.

    None for those who may not write them.
    """
    if not can(actor, "site.write_text"):
        return 0
    texts = SiteText.objects.visible_to(actor).filter(written_by__isnull=False)
    kinds = set(TextKind) - {TextKind.HOME}
    return len(kinds - set(texts.order_by().values_list("kind", flat=True).distinct()))


def text_revisions(actor: Actor, kind: str) -> QuerySet[SiteText]:
    """Every saved revision, newest first."""
    rows: QuerySet[SiteText] = SiteText.objects.visible_to(actor).filter(kind=kind)
    return rows.select_related("written_by").order_by("-revision")


def text_in_language(text: SiteText, language: str) -> str:
    """What is written in this language alone."""
    return getattr(text, f"text_{language}") or ""


def missing_languages(text: SiteText) -> list[str]:
    """The languages in which others have to be shown instead; none of a text that is empty in all."""
    empty = [language for language in LANGUAGES if not text_in_language(text, language).strip()]
    return [] if len(empty) == len(LANGUAGES) else empty


def displayed_language(text: SiteText) -> str:
    """The reader's language, or the first one in which there is something."""
    reader = reader_language()
    return next((each for each in (reader, *LANGUAGES) if text_in_language(text, each).strip()), reader)


def fill_placeholders(text: str, site: Site | None = None) -> str:
    """The text with the site's names and contact in their places, in the active language."""
    site = site or read_site()
    contact = f"<{site.contact}>" if site.contact else _("Secretariat")
    for place, value in ((SITE, site.name), (SHORT, site.short_name), (CONTACT, contact)):
        text = text.replace(place, value)
    return text


def text_for_reader(text: SiteText) -> str:
    """What the reader reads: Markdown, in their language where there is one."""
    return fill_placeholders(text_in_language(text, displayed_language(text)))


# --- Agreements ------------------------------------------------------------------------------


def agreement_of(actor: Actor, text: SiteText) -> Agreement | None:
    """The actor's own agreement to this revision."""
    agreement: Agreement | None = (
        Agreement.objects.visible_to(actor).filter(person_id=actor.person_id, text_id=text.pk).first()
    )
    return agreement


def must_consent(person_id: int) -> bool:
    """Whether a manager has written a consent to which this person has not agreed.

    Nobody is asked again for a starting text: people agree to it when they join.
    """
    text = current_text(TextKind.CONSENT)
    if not text.is_reviewed:
        return False
    with acting_as(Actor(ActorKind.PERSON, person_id=person_id)) as actor:
        return agreement_of(actor, text) is None
