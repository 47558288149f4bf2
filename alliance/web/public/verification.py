"""What a page says of a digest: whether it is genuine, whether it still holds, and what stands in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from alliance.queries.public.digests import DigestMatch, DigestState
from alliance.queries.public.public_files import ATTACHMENT, OPEN_DATA
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.withdrawn_records import WithdrawnRecord
from portal.kernel.documents import kind_label
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date, format_moment
from portal.kernel.web import address_of

_PART_WITHDRAWN = gettext_lazy(
    "It is as it was given out. Part of what is in it was withdrawn on %(day)s, and the file with it: %(reason)s"
)
_NOTE_KINDS = {
    DigestState.CURRENT: "ok",
    DigestState.SUPERSEDED: "warning",
    DigestState.NOT_IN_FORCE: "warning",
    DigestState.WITHDRAWN: "error",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an answer: a label, a text, and where it leads."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to one digest, ready to be shown."""

    sha256: str
    state: str
    note: str  # the kind of the note
    title: str
    text: str
    facts: Sequence[Fact]
    links: Sequence[Fact] = ()
    chained: Publication | None = None  # in whose link of the chain it is, with its neighbours there
    before: Publication | None = None
    after: Publication | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs, and for the script of the page, which shows `html`."""
        context = {"verification": self, "origin": settings.ORIGIN}
        html = render_to_string("alliance/public/_verification.html", context)
        facts = [{"label": fact.label, "text": fact.text, "url": fact.url} for fact in self.facts]
        return {
            "state": self.state,
            "title": self.title,
            "text": self.text,
            "facts": facts,
            "chain": [
                {"number": row.number, "sha256": row.sha256, "link": row.link}
                for row in (self.before, self.chained, self.after)
                if row is not None
            ],
            "html": html,
        }


def verification_of(match: DigestMatch) -> Verification:
    """What is to be said of a digest that is known."""
    title, text = _data_words(match) if match.publication is None else _record_words(match)
    return Verification(
        match.sha256,
        match.state.value,
        _NOTE_KINDS[match.state],
        title,
        text,
        [fact for fact in _facts(match) if fact.text],
        _links(match),
        match.chained,
        match.before,
        match.after,
    )


def _record_words(match: DigestMatch) -> tuple[str, str]:
    if match.withdrawal is not None:
        values = {
            "day": format_date(match.withdrawal.at),
            "reason": in_reader_language(match.withdrawal.reason),
        }
        if isinstance(match.withdrawal, WithdrawnRecord):
            return _("Genuine, but withdrawn"), _PART_WITHDRAWN % values
        return _("Genuine, but withdrawn"), _(
            "It was published, and was withdrawn on %(day)s: %(reason)s"
        ) % values
    if match.later is not None and match.until is not None:
        values = {"day": format_date(match.until), "number": str(match.later.number)}
        text = (
            _("Later files have replaced or withdrawn counts in it, first on %(day)s, last No. %(number)s.")
            if match.later.type == "reference_load"
            else _("It held until %(day)s. Publication No. %(number)s stands in its place now.")
        )
        return _("Genuine, but no longer current"), text % values
    if match.later_file is not None and match.until is not None:
        text = _(
            "The revision that it was made of is still current. A later file of it was made on %(day)s: something was "
            "published beside it, such as a reply."
        ) % {"day": format_date(match.until)}
        return _("Genuine, but no longer the last file"), text
    if match.state == DigestState.NOT_IN_FORCE:
        text = _(
            "The accession was published. Today it is not in force: it was ended, or the member has signed a later "
            "version of the charter, is suspended, or has left."
        )
        return _("Genuine, but not in force"), text
    if match.edition is not None:
        text = _("The accession was published and is in force today.")
        if match.edition.carried is not None:
            version = match.edition.accession.charter.version
            text = _(
                "The accession was published. Its signature has carried over, and is in force today for version "
                "%(version)d of the charter."
            ) % {"version": version}
        return _("Genuine and in force"), text
    return _("Genuine and current"), _("It is as it was published, and nothing newer stands in its place.")


def _data_words(match: DigestMatch) -> tuple[str, str]:
    if match.withdrawal is not None:
        values = {
            "day": format_date(match.withdrawal.at),
            "reason": in_reader_language(match.withdrawal.reason),
        }
        return _("Genuine, but withdrawn: open data of an earlier day"), _PART_WITHDRAWN % values
    values = {
        "number": str(match.as_of.number) if match.as_of else "",
        "day": format_date(match.until) if match.until else "–",
    }
    if match.state == DigestState.CURRENT:
        text = (
            _(
                "It is a file of the open data as they are now. It has been the same since publication No. %(number)s."
            )
            if match.as_of
            else _("It is a file of the open data as they are now, made before the first publication.")
        )
        return _("Genuine and current: open data"), text % values
    text = (
        _(
            "It was a file of the open data from publication No. %(number)s until %(day)s. Another is in its place now."
        )
        if match.as_of
        else _(
            "It was a file of the open data before the first publication, until %(day)s. Another is in its place now."
        )
    )
    return _("Genuine: open data of an earlier day"), text % values


def _facts(match: DigestMatch) -> list[Fact]:
    publication, file = match.publication, match.file
    facts = [Fact(_("What it is"), _what(match), _subject_url(match))]
    if publication is not None:
        facts.append(_publication_fact(_("Publication"), publication))
        facts.append(Fact(_("Revision"), str(publication.revision)))
    if match.as_of is not None and match.as_of != publication:
        facts.append(_publication_fact(_("As of publication"), match.as_of))
    if file is not None:
        language = get_language_info(file.language)["name_translated"] if file.language else ""
        facts += [Fact(_("Language"), language), Fact(_("Name of the file"), file.name)]
    if match.later is not None:
        facts.append(_publication_fact(_("In its place"), match.later))
    elif match.later_file is not None:
        later = match.later_file
        url = address_of("public:publication-file", later.number, later.sha256)
        facts.append(Fact(_("In its place"), later.name, url))
    if match.withdrawal is not None:
        number = match.withdrawal.valid_from
        text = _("Publication No. %(number)d") % {"number": number}
        facts.append(Fact(_("Withdrawn by"), text, reverse("public:publication", args=[number])))
    return facts


def _what(match: DigestMatch) -> str:
    if match.file is not None and match.file.kind == OPEN_DATA:
        return _("Open data: %(name)s") % {"name": match.file.name}
    assert match.publication is not None
    title = in_reader_language(match.publication.title)
    if match.file is None:
        return title
    if match.file.kind == ATTACHMENT:
        return _("Attachment: %(name)s") % {"name": f"{match.file.name} · {title}"}
    return f"{kind_label(match.file.kind)} · {title}"


def _subject_url(match: DigestMatch) -> str:
    if match.publication is None:
        return reverse("public:data")
    if match.edition is not None:
        return reverse("public:member", args=[match.edition.organisation.slug])
    return reverse("public:publication", args=[match.publication.number])


def _publication_fact(label: str, publication: Publication) -> Fact:
    values = {"number": publication.number, "moment": format_moment(publication.published_at)}
    text = _("No. %(number)d, %(moment)s") % values
    return Fact(label, text, reverse("public:publication", args=[publication.number]))


def _links(match: DigestMatch) -> list[Fact]:
    """What changed since, where a page says it."""
    if match.publication is None:
        return [Fact("", _("What changed in the data"), reverse("public:data"))] if match.until else []
    if match.file is not None and match.file.kind.startswith("cycle."):
        cycle = match.publication.record if match.publication.type == "cycle" else ""
        files = _("The files of the cycle as they are now")
        return (
            [Fact("", files, reverse("public:cycle-document", args=[cycle]))] if match.later and cycle else []
        )
    if match.later is None or (match.later.type, match.publication.type) != ("report", "report"):
        return []
    report = reverse("public:report", args=match.later.record.split("/", 1))
    return [Fact("", _("What changed"), f"{report}#correction-title")]
