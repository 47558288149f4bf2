"""Publications as rows of the publication log: a kind, a title, a short summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import excerpt, kind_of
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.registry import publication_kind
from portal.kernel.text import format_short_date
from portal.kernel.web import address_of


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One line, as `components/publications.html` takes it."""

    at: datetime
    iso: str  # the moment, for programs
    day: str
    year: str  # long lists show it once
    kind_word: str
    tone: str
    title: str
    url: str
    number: str
    text: str = ""


def publication_row(
    at: datetime, kind: tuple[str, str], titles: Mapping[str, str], number: int, text: str = ""
) -> PublicationRow:
    """The row of a publication, ready to be rendered: a page has fifty of them. In the alliance's time zone."""
    local = timezone.localtime(at)
    return PublicationRow(
        at=at,
        iso=local.isoformat(timespec="seconds"),
        day=format_short_date(local),
        year=str(local.year),
        kind_word=kind[0],
        tone=kind[1],
        title=in_reader_language(titles),
        url=address_of("public:publication", number),
        number=str(number),
        text=text,
    )


def publication_rows(publications: Iterable[Publication]) -> list[PublicationRow]:
    """Rows of the publication log: the titles alone."""
    return [_row(publication) for publication in publications]


def described_publication_rows(publications: Iterable[Publication]) -> list[PublicationRow]:
    """Rows of a short list, with summaries; these publications carry their bytes."""
    return [
        _row(publication, _description(publication.type, read_publication(publication)))
        for publication in publications
    ]


def _row(publication: Publication, text: str = "") -> PublicationRow:
    kind = kind_of(publication.type, publication.revision)
    return publication_row(publication.published_at, kind, publication.title, publication.number, text)


def _description(type_: str, document: Mapping[str, Any]) -> str:
    if type_ == "response":
        return _("“%(words)s”") % {"words": excerpt(document["text"])}
    if type_ == "pledge":
        return excerpt(document["text"])
    if type_ == "report":
        return _report_description(document)
    if type_ == "accession":
        signatory = document["signatory"]
        return _("Signed by %(name)s") % {"name": ", ".join(filter(None, signatory.values()))}
    if type_ == "signatures":
        count = len(document["signatures"])
        return ngettext("%(n)d signature", "%(n)d signatures", count) % {"n": count}
    above = publication_kind(type_)
    return excerpt(above.summary(document) if above else document.get("reason") or "")


def _report_description(document: Mapping[str, Any]) -> str:
    figures = sum(len(measure["figures"]) for measure in document["measures"])
    verdicts = len(document["verdicts"])
    figure_count = ngettext("%(n)d figure", "%(n)d figures", figures) % {"n": figures}
    verdict_count = ngettext("%(n)s verdict", "%(n)s verdicts", verdicts) % {"n": verdicts}
    return f"{figure_count}, {verdict_count}"
