"""What changed from one charter version to another, on paper: texts side by side, and what becomes of each series.

Of a draft, for the secretariat, also what becomes of pledges and signatures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.charter_file.texts import IndicatorDefinition
from alliance.enums import CharterState, SeriesChange
from alliance.models import Charter
from alliance.queries.charter_differences import CharterItem
from alliance.queries.charter_sides import ItemSide, item_sides
from alliance.queries.charter_signatures import signature_outlook
from alliance.queries.charter_text import in_reader_language
from alliance.queries.charter_versions import (
    ComparedItem,
    VersionComparison,
    compare_versions,
    compare_with_earlier,
    texts_compared,
)
from alliance.queries.indicator_differences import IndicatorDifference
from alliance.queries.public.charter_editions import charter_edition
from alliance.queries.site import load_site
from alliance.services.site import DocumentLogo, document_logo
from portal.kernel.access import ANYONE, Actor
from portal.kernel.documents import Built, Document, Progress, build_pdf
from portal.kernel.errors import DomainError
from portal.kernel.text import DiffPiece, format_date, format_figure, format_moment, to_print

_TYPESETTING = 20  # per cent
_NAMED_SERIES = (SeriesChange.BREAKS, SeriesChange.ENDS, SeriesChange.UNDECIDED)


@dataclass(frozen=True, slots=True)
class DifferencePaper:
    """The words of the document; `data` is what its template reads."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    record: str
    data: dict[str, Any]
    logo: DocumentLogo | None


def collect_published_difference(actor: Actor, document: Document) -> DifferencePaper:
    """The version `target_id` against the one before, the same for every actor: texts and series alone.

    Raises DomainError where the public cannot read either of them.
    """
    del actor
    charter = Charter.objects.visible_to(ANYONE).filter(pk=document.target_id).first()
    edition = charter_edition(charter) if charter is not None else None
    comparison = texts_compared(ANYONE, charter) if charter is not None else None
    if edition is None or comparison is None:
        raise DomainError(_("Not found"))
    address = settings.ORIGIN + reverse("public:charter", args=[edition.charter.key, edition.charter.version])
    record = _("As of publication No. %(number)d, %(moment)s") % {
        "number": edition.number,
        "moment": format_moment(edition.at),
    }
    paper_data = {"digest": edition.sha256, "address": address}
    return _paper(comparison, document.language, edition.at, record, paper_data, str(edition.number))


def collect_difference(actor: Actor, document: Document) -> DifferencePaper:
    """The version `target_id` against the one before, with what putting it in force does, as the actor may see it.

    Against the version `compared_id`, where it names one. Raises DomainError where either is gone, or there is none
    before.
    """
    charter = Charter.objects.visible_to(actor).filter(pk=document.target_id).first()
    comparison = None
    if charter is not None and document.compared_id is None:
        comparison = compare_with_earlier(actor, charter)
    elif charter is not None:
        other = Charter.objects.visible_to(actor).filter(key=charter.key, pk=document.compared_id).first()
        comparison = compare_versions(actor, other, charter) if other is not None else None
    if charter is None or comparison is None:
        raise DomainError(_("Not found"))
    record = _("As it stood on %(moment)s") % {"moment": format_moment(document.created_at)}
    data = {
        "draft": _("Draft: this version is not in force") if charter.state == CharterState.DRAFT else "",
        "pledges": _pledges(comparison),
        "signatures": _signatures(actor, comparison) if comparison.is_next else [],
    }
    return _paper(comparison, document.language, document.created_at, record, data, "draft")


def _paper(
    comparison: VersionComparison,
    language: str,
    document_date: datetime,
    record: str,
    data: dict[str, Any],
    edition: str,
) -> DifferencePaper:
    site, logo = load_site(), document_logo()
    later, earlier = comparison.later, comparison.earlier
    title = _("Version %(later)s against version %(earlier)s") % {
        "later": later.version,
        "earlier": earlier.version,
    }
    changes = [_change(item, language, comparison) for item in comparison.items if item.difference.is_changed]
    rows = comparison.difference.items
    return DifferencePaper(
        language=language,
        title=f"{to_print(later.title)}: {title}",
        file_name=f"{later.key}-{earlier.version}-{later.version}-{edition}-{language}.pdf",
        document_date=document_date,
        record=record,
        logo=logo,
        data={
            "draft": "",
            "digest": "",
            "address": "",
            "pledges": [],
            "signatures": [],
            "site_name": to_print(site.short_name or site.name),
            "banner": to_print(site.banner),
            "heading": title,
            "record": record,
            "logo": logo.file if logo else None,
            "facts": [
                _version_fact(earlier, [item for row in rows for item in row.earlier]),
                _version_fact(later, [item for row in rows for item in row.later]),
            ],
            "counts": [
                (format_figure(count), str(change.label))
                for change, count in comparison.difference.counts.items()
                if count
            ],
            "changes": changes,
            "series": _series(comparison),
            "words": {
                "of": _("of"),
                "changes": _("Side by side"),
                "none": _("No commitment or measure differs."),
                "series": _("Series"),
                "pledges": _("Pledges"),
                "signatures": _("Signatures"),
                "key": _("Words that were left out are struck through, words that are new are underlined."),
            },
            **data,
        },
    )


def _version_fact(charter: Charter, items: Sequence[CharterItem]) -> tuple[str, str]:
    """A version with its state, since when, and how much it asks."""
    measures = sum(item.is_measure for item in items)
    indicators = sum(len(item.indicators) for item in items)
    parts = [
        _("came into force on %(day)s") % {"day": format_date(charter.in_force_on)}
        if charter.in_force_on
        else str(charter.get_state_display()),
        ngettext("%(n)s measure", "%(n)s measures", measures) % {"n": format_figure(measures)},
        ngettext("%(n)s indicator", "%(n)s indicators", indicators) % {"n": format_figure(indicators)},
    ]
    label = _("Version %(version)s") % {"version": charter.version}
    return label, " · ".join(filter(None, parts))


def _change(compared: ComparedItem, language: str, comparison: VersionComparison) -> dict[str, Any]:
    difference = compared.difference
    earlier, later = item_sides(difference, language)
    return {
        "label": difference.label,
        "codes": " → ".join(
            ", ".join(item.code for item in items)
            for items in (difference.earlier, difference.later)
            if items
        ),
        "earlier": [_side(side) for side in earlier],
        "later": [_side(side) for side in later],
        "no_earlier": _("not in version %(version)s") % {"version": comparison.earlier.version},
        "no_later": _("not in version %(version)s") % {"version": comparison.later.version},
        "series": [line for row in difference.indicators for line in _series_lines(row)],
        "pledges": _pledge_lines(compared),
    }


def _side(side: ItemSide) -> dict[str, Any]:
    return {
        "code": side.item.code,
        "title": _pieces(side.title),
        "text": _pieces(side.text),
        "foot": _foot(side.item),
    }


def _foot(item: CharterItem) -> str:
    opt_in = _("Opt-in") if item.is_measure and not item.is_core else ""
    of = f"{item.commitment.code} {in_reader_language(item.commitment.short)}" if item.is_measure else ""
    return " · ".join(filter(None, (opt_in, to_print(of), item.key)))


def _pieces(pieces: Sequence[DiffPiece]) -> list[tuple[str, str]]:
    """Each piece with its mark; the spaces between pieces stay."""
    return [(piece.mark.value, _with_spaces(piece.text)) for piece in pieces]


def _with_spaces(text: str) -> str:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[:start] + to_print(text) + text[end:] if text.strip() else text


def _series_lines(row: IndicatorDifference) -> Iterator[str]:
    """What becomes of a series, then why it breaks; nothing of one that continues as it was."""
    if consequence := row.consequence:
        yield to_print(f"{' → '.join(_names(side) for side in row.named)}: {consequence}")
        yield from (to_print(in_reader_language(reason)) for reason in row.reasons)
    if renaming := row.renaming:
        yield to_print(f"{_names(row.earlier)} → {_names(row.later)}: {renaming}")
    if row.is_guided_otherwise:
        yield to_print(f"{_names(row.later)}: " + _("explained to members in other words"))
    if row.is_explained_otherwise:
        yield to_print(f"{_names(row.later)}: " + _("explained to readers in other words"))


def _names(indicators: Sequence[IndicatorDefinition]) -> str:
    return ", ".join(f"{each.code} {in_reader_language(each.title)}" for each in indicators)


def _pledge_lines(compared: ComparedItem) -> list[str]:
    lines = []
    if compared.following:
        lines.append(_counted("%(all)s pledge follows", "%(all)s pledges follow", compared.following))
    if compared.without_it:
        lines.append(
            _counted(
                "%(all)s pledge to its commitment follows and no longer covers it",
                "%(all)s pledges to its commitment follow and no longer cover it",
                compared.without_it,
            )
        )
    if compared.is_named_by_none:
        lines.append(_("No pledge names it."))
    if returning := len(compared.returning):
        sentence = _counted(
            "%(all)s pledge returns for signing:", "%(all)s pledges return for signing:", returning
        )
        names = ", ".join(pledge.organisation.name for pledge in compared.returning)
        lines.append(to_print(f"{sentence} {names}"))
    return lines


def _series(comparison: VersionComparison) -> list[tuple[str, str, str]]:
    """How many series each fate has; the codes of those of which something must be known."""
    rows = comparison.difference.series.items()
    return [
        (
            format_figure(len(indicators)),
            capfirst(str(series.label)),
            ", ".join(each.code for row in indicators for each in row.earlier)
            if series in _NAMED_SERIES
            else "",
        )
        for series, indicators in rows
        if indicators
    ]


def _pledges(comparison: VersionComparison) -> list[str]:
    """What becomes of them on the day, where the version would supersede the one in force."""
    supersession = comparison.supersession
    if supersession is None:
        return []
    lines = [
        _counted(
            "%(all)s pledge follows by key", "%(all)s pledges follow by key", len(supersession.following)
        ),
        _counted(
            "%(all)s pledge returns for signing",
            "%(all)s pledges return for signing",
            len(supersession.returning),
        ),
    ]
    if staying := len(supersession.known_staying):
        lines.append(
            _counted(
                "%(all)s pledge stays on the version before until its member signs this one",
                "%(all)s pledges stay on the version before until their members sign this one",
                staying,
            )
        )
    return lines


def _signatures(actor: Actor, comparison: VersionComparison) -> list[str]:
    """What the signatories agreed to; once it was announced, how many carry over and who objects, without reasons."""
    earlier = comparison.earlier
    agreed = _("What the signatories of version %(version)s agreed to:") % {"version": earlier.version}
    lines = [f"{agreed} {earlier.get_later_signatures_display()}"]
    outlook = signature_outlook(actor, comparison.later) if comparison.supersession else None
    if outlook is None:
        return lines
    if carried := len(outlook.carried):
        lines.append(_counted("%(all)s signature carries over", "%(all)s signatures carry over", carried))
    return lines + [to_print(f"{row.organisation.name} {_('objects')}") for row in outlook.objections]


def _counted(singular: str, plural: str, count: int) -> str:
    return ngettext(singular, plural, count) % {"all": format_figure(count)}


def render(paper: DifferencePaper, progress: Progress) -> Built:
    """Typeset the difference. Raises DomainError where the compiler refuses it."""
    logo = paper.logo
    return build_pdf(
        paper,
        "charter-difference.typ",
        paper.data,
        progress,
        begin=_TYPESETTING,
        assets={logo.file: logo.content} if logo else {},
        about=paper.record,
    )
