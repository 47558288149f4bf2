"""Publications as lines of a ledger: a kind, a title, a few words of what they say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import first_words, kind_of
from portal.kernel.models import Publication
from portal.kernel.publishing import read
from portal.kernel.registry import spoken_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, as `components/publications.html` takes it."""

    at: datetime
    kind_word: str
    tone: str
    title: str
    url: str
    number: int
    text: str = ""

    @property
    def year(self) -> int:
        """In the alliance's time zone: long ledgers say the year once."""
        return timezone.localtime(self.at).year


def entries(publications: Iterable[Publication]) -> list[Entry]:
    """Lines of a long ledger: the titles alone."""
    return [_entry(one) for one in publications]


def told_entries(publications: Iterable[Publication]) -> list[Entry]:
    """Lines of a short ledger, with what each says; these publications carry their bytes."""
    return [_entry(one, _told(one.type, read(one))) for one in publications]


def _entry(publication: Publication, text: str = "") -> Entry:
    word, tone = kind_of(publication.type, publication.revision)
    return Entry(
        at=publication.published_at,
        kind_word=word,
        tone=tone,
        title=in_reader_language(publication.title),
        url=reverse("public:publication", args=[publication.number]),
        number=publication.number,
        text=text,
    )


def _told(type_: str, document: Mapping[str, Any]) -> str:
    if type_ == "response":
        return _("“%(words)s”") % {"words": first_words(document["text"])}
    if type_ == "pledge":
        return first_words(document["words"])
    if type_ == "report":
        return _report_words(document)
    if type_ == "accession":
        signatory = document["signatory"]
        return _("Signed by %(name)s") % {"name": ", ".join(filter(None, signatory.values()))}
    above = spoken_of(type_)
    return first_words(above.told(document) if above else document.get("reason") or "")


def _report_words(document: Mapping[str, Any]) -> str:
    figures = sum(len(measure["figures"]) for measure in document["measures"])
    verdicts = len(document["verdicts"])
    counted = ngettext("%(count)d figure", "%(count)d figures", figures) % {"count": figures}
    judged = ngettext("%(count)d verdict", "%(count)d verdicts", verdicts) % {"count": verdicts}
    return f"{counted}, {judged}"
