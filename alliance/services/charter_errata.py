"""A translation of a version in force put right: texts change in one language, the next revision is published."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from alliance.charter_file import CharterText, content_digest, read_charter
from alliance.charter_file.errata import translation_errata
from alliance.charter_file.texts import LANGUAGES
from alliance.enums import CharterState
from alliance.models import Charter, CharterUpload
from alliance.queries.charter_dry_run import earlier_keys
from alliance.queries.charter_problems import refuse_other_text
from alliance.queries.charter_text import charter_text
from alliance.services.charter_parts import charter_json, text_columns
from alliance.services.publications import record_charter_publication
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason


@transaction.atomic
def correct_translation(
    actor: Actor, upload: CharterUpload, reason: str, *, seen: str | None = None
) -> Charter:
    """Take over the translations that a file of a version in force corrects; publish its next revision with the reason.

    The file is deleted here. `seen`: the `text_key` of the version as the actor has read it. Raises Forbidden,
    CharterFaults, WrongState when the version is not in force or the file is gone, Conflict when it was corrected
    since, or DomainError without a reason and where the file changes anything but translations.
    """
    require(actor, "charter.correct_translation", upload)
    cleaned_reason = require_reason(reason)
    locked_upload = CharterUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked_upload is None:
        raise WrongState(_("This file was loaded or deleted in the meantime."))
    text = read_charter(bytes(locked_upload.content), earlier_keys)
    rows = Charter.objects.select_for_update(of=("self",), no_key=True)
    charter = rows.filter(key=text.key, version=text.version, state=CharterState.IN_FORCE).first()
    if charter is None:
        raise WrongState(_("Only the translation of a version in force can be corrected."))
    refuse_other_text(actor, charter, seen)
    errata = translation_errata(charter_text(charter), text)
    if not errata:
        raise DomainError(_("This file changes more than translations, or nothing: it needs a new version."))
    _write_texts(charter, text)
    texts = [f"{erratum.path}.{erratum.language}" for erratum in errata]
    journal.record(actor, "charter.correct_translation", charter, texts=texts)
    record_charter_publication(actor, charter, {"reason": cleaned_reason, "texts": texts})
    locked_upload.delete()
    return charter


def _write_texts(charter: Charter, text: CharterText) -> None:
    """Write the texts into the rows that are there: reports and verdicts point at them."""
    for name, value in {**text_columns(text), **charter_json(text)}.items():
        setattr(charter, name, value)
    charter.sha256 = content_digest(text)
    charter.save()
    _update(charter.chapters.order_by("position"), text.chapters, "title")
    _update(charter.harms.order_by("position"), text.harms, "title", "note")
    _update(charter.commitments.order_by("position"), text.commitments(), "short", "title", "text")
    _update(charter.measures.order_by("position"), text.measures(), "title", "text")
    _update(charter.indicators.order_by("position"), text.indicators(), "title", "guidance", "explanation")
    indicators = list(charter.indicators.order_by("position"))
    for indicator, definition in zip(indicators, text.indicators(), strict=True):
        titles = {option.key: option.title for option in definition.choices}
        for choice in indicator.choices:
            choice["title"] = {name: getattr(titles[choice["key"]], name) for name in LANGUAGES}
        indicator.save(update_fields=["choices"])
    _update(charter.mappings.order_by("pk"), text.mapping, "reason")


def _update(rows: Iterable[Model], texts: Iterable[Any], *fields: str) -> None:
    """Each row gets the fields of the text at its place, in every language."""
    for row, text in zip(rows, texts, strict=True):
        for field in fields:
            translations = getattr(text, field)
            for language in LANGUAGES:
                setattr(row, f"{field}_{language}", getattr(translations, language, ""))
        row.save()
