"""What a publication says in short: its kind, its title, a sentence; its verdicts or corrected values one by one."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.enums import OrganisationState, PledgeState, Standing, TargetState, VerdictValue
from alliance.models import (
    Charter,
    Commitment,
    PublicQuestion,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTarget,
    PublishedVerdict,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.commitment_places import CommitmentPlaces, commitment_places
from alliance.queries.public.correction_wording import CorrectionWords, filing_text, target_text
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.value_differences import value_difference
from alliance.queries.public.verdict_matrix import VerdictTally, commitments_of
from alliance.queries.public.wording import (
    correction_of_verdict,
    count_of_state,
    differing_excerpts,
    excerpt,
    kind_of,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.registry import publication_kind

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[«“\"(A-ZА-ЯЁ0-9])")
_SENTENCE, _VALUE = 200, 60  # characters of a first sentence, and of a corrected text
_JUDGED = ("report", "correction")
# of these no row that pages read says enough
_READ_WHOLE = ("correction", "cycle", "signatures")


@dataclass(frozen=True, slots=True)
class Summary:
    """A publication, an answered question of the public or an overdue promise in a few lines.

    `key` names it: twice the same is one. `entry` tells it from others of the same address in a feed.
    """

    key: str
    at: datetime
    kind: str
    title: str
    url: str
    text: str = ""
    points: Sequence[str] = ()
    entry: str = ""


def first_sentence(text: str) -> str:
    """The first sentence of a text in one line, cut between words where it is long."""
    return excerpt(_SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0], _SENTENCE)


def summaries_of(entries: Sequence[TimelineEntry], *, commitment: str = "") -> list[Summary]:
    """The entries of the public timeline in short, in their order; with a key, of that commitment alone.

    At most seven queries, and for each correction of a report those of its charter.
    """
    facts = _Facts.read(entries, commitment_places(commitment) if commitment else None)
    return [_summary(entry, facts) for entry in entries]


def summaries_of_publications(publications: Sequence[Publication]) -> list[Summary]:
    """The same of rows of the publication log. One query more."""
    numbers = [publication.number for publication in publications]
    known = TimelineEntry.objects.filter(valid_from__in=numbers).select_related("organisation", "cycle")
    entries = {entry.valid_from: entry for entry in known}
    return summaries_of([entries.get(each.number) or _entry_of(each) for each in publications])


def question_summaries(questions: Iterable[PublicQuestion]) -> list[Summary]:
    """Published questions of the public in short, with the beginnings of their answers."""
    return [
        Summary(
            key=f"question:{question.pk}",
            at=question.published_at or question.asked_at,
            kind=str(question.get_kind_display()),
            title=excerpt(question.text),
            url=reverse("public:question", args=[question.pk]),
            text=_("Answer: %(words)s") % {"words": first_sentence(question.answer)},
        )
        for question in questions
    ]


def _entry_of(publication: Publication) -> TimelineEntry:
    """An entry for what no projector puts on the timeline; it is not stored."""
    return TimelineEntry(
        valid_from=publication.number,
        kind=publication.type,
        at=publication.published_at,
        title=publication.title,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows behind some entries say, by the number of the publication."""

    places: CommitmentPlaces | None  # of the one that is asked for
    verdicts: Mapping[int, Sequence[PublishedVerdict]]
    targets: Mapping[int, Counter[str]]
    pledges: Mapping[int, PublishedPledge]
    responses: Mapping[int, PublishedResponse]
    reports: Mapping[int, PublishedReport]
    withdrawals: Mapping[int, WithdrawnPublication]
    documents: Mapping[int, Mapping[str, Any]]
    charters: dict[tuple[str, int], Charter] = field(default_factory=dict)
    commitments: dict[int, Mapping[str, Commitment]] = field(default_factory=dict)

    @classmethod
    def read(cls, entries: Sequence[TimelineEntry], places: CommitmentPlaces | None) -> "_Facts":
        numbers: dict[str, list[int]] = {}
        for entry in entries:
            numbers.setdefault(entry.kind, []).append(entry.valid_from)
        whole = [number for kind in _READ_WHOLE for number in numbers.get(kind, [])]
        above = [number for kind, some in numbers.items() if publication_kind(kind) for number in some]
        reports = [*numbers.get("report", []), *numbers.get("report_notice", [])]
        return cls(
            places,
            _verdicts([number for kind in _JUDGED for number in numbers.get(kind, [])], places),
            _target_counts(numbers.get("report", []), places),
            _by_number(PublishedPledge, numbers.get("pledge", [])),
            _by_number(PublishedResponse, numbers.get("response", [])),
            _by_number(PublishedReport, reports),
            _by_number(WithdrawnPublication, numbers.get("withdrawal", [])),
            {**documents_of_publications(whole), **documents_of_publications(above, are_latest=True)},
        )

    def concerns(self, words: CorrectionWords, place: CorrectionPlace) -> bool:
        """Whether a corrected value belongs to the commitment that is asked for, or none is."""
        return self.places is None or self.places.alone.get(words.charter.pk) == words.commitment_key(place)

    def commitments_of(self, charter_id: int) -> Mapping[str, Commitment]:
        if charter_id not in self.commitments:
            self.commitments[charter_id] = {row.key: row for row in commitments_of(charter_id)}
        return self.commitments[charter_id]

    def charter_of(self, document: Mapping[str, Any]) -> Charter:
        """The charter of a report; an empty one of what names none, such as how a report was filed."""
        named = document.get("charter") or {"key": "", "version": 0}
        place = (named["key"], named["version"])
        if place not in self.charters:
            self.charters[place] = (public_charter_tree(*place) if named["key"] else None) or Charter()
        return self.charters[place]


def _by_number(model: Any, numbers: Sequence[int]) -> dict[int, Any]:
    """The rows that began with these publications, whether they hold still or not."""
    return {row.valid_from: row for row in model.objects.filter(valid_from__in=numbers)} if numbers else {}


def _verdicts(numbers: Sequence[int], places: CommitmentPlaces | None) -> dict[int, list[PublishedVerdict]]:
    verdicts: dict[int, list[PublishedVerdict]] = {}
    if numbers:
        rows = PublishedVerdict.objects.filter(
            valid_from__in=numbers, measure_key="", pledge_record__isnull=True
        )
        rows = rows.filter(places.reported()) if places else rows.exclude(commitment_key="")
        for row in rows.order_by("pk"):
            verdicts.setdefault(row.valid_from, []).append(row)
    return verdicts


def _target_counts(numbers: Sequence[int], places: CommitmentPlaces | None) -> dict[int, Counter[str]]:
    """How many targets a report has decided, by what became of them."""
    counts: dict[int, Counter[str]] = {}
    if numbers:
        decided = (TargetState.KEPT, TargetState.MISSED)
        rows = PublishedTarget.objects.filter(valid_from__in=numbers, outcome__in=decided)
        if places is not None:
            rows = rows.filter(record__in=PublishedPledge.objects.filter(places.rows()).values("record"))
        for number, outcome in rows.values_list("valid_from", "outcome"):
            counts.setdefault(number, Counter())[outcome] += 1
    return counts


def documents_of_publications(
    numbers: Sequence[int], *, are_latest: bool = False
) -> dict[int, Mapping[str, Any]]:
    """The documents of these publications; or of those alone that no later revision has replaced."""
    if not numbers:
        return {}
    rows = Publication.objects.filter(number__in=numbers)
    rows = rows.filter(later__isnull=True) if are_latest else rows
    return {row.number: read_publication(row) for row in rows}


# --- What each kind says -----------------------------------------------------------------------

_Lines = tuple[str, Sequence[str]]  # a sentence, and points below it


def _summary(entry: TimelineEntry, facts: _Facts) -> Summary:
    number = entry.valid_from
    text, points = _lines(entry, facts)
    response = facts.responses.get(number)
    is_correction = response is not None and response.corrected_in == number
    return Summary(
        key=f"publication:{number}",
        at=entry.at,
        kind=kind_of("correction" if is_correction else entry.kind)[0],
        title=in_reader_language(entry.title),
        url=reverse("public:publication", args=[number]),
        text=text,
        points=points,
    )


def _lines(entry: TimelineEntry, facts: _Facts) -> _Lines:
    describe = _KINDS.get(entry.kind)
    if describe:
        return describe(entry, facts)
    above, document = publication_kind(entry.kind), facts.documents.get(entry.valid_from)
    if above and document:
        return excerpt(above.summary(document), _SENTENCE), ()
    return excerpt(str(entry.detail.get("reason") or ""), _SENTENCE), ()


def _report(entry: TimelineEntry, facts: _Facts) -> _Lines:
    """How many verdicts of each value; each with the first sentence of its reason."""
    verdicts = facts.verdicts.get(entry.valid_from, ())
    titles = facts.commitments_of(entry.cycle.charter_id) if entry.cycle and verdicts else {}
    sentences = []
    if verdicts and facts.places is None:
        tally = VerdictTally.of(row.value for row in verdicts)
        counts = (_counted(VerdictValue(value).label, n) for value, n in tally.counts if n)
        sentences.append(_("Verdicts: %(counts)s.") % {"counts": ", ".join(counts)})
    if targets := facts.targets.get(entry.valid_from):
        outcomes = (count_of_state(TargetState(state), n) for state, n in sorted(targets.items()))
        sentences.append(_("Targets: %(counts)s.") % {"counts": ", ".join(outcomes)})
    report = facts.reports.get(entry.valid_from)
    if report is not None and report.late:
        sentences.append(f"{Standing.LATE.label}.")
    points = []
    for row in verdicts:
        commitment = titles.get(row.commitment_key)
        about = f"{commitment.code} {commitment.title}" if commitment else row.commitment_key
        verdict = f"{about}: {VerdictValue(row.value).label}."
        points.append(" ".join(filter(None, (verdict, first_sentence(row.reason)))))
    return " ".join(sentences), points


def _notice(entry: TimelineEntry, facts: _Facts) -> _Lines:
    report = facts.reports.get(entry.valid_from)
    reason = report.reason if report else ""
    return filing_text({"standing": entry.detail["notice"], "reason": first_sentence(reason)}), ()


def _correction(entry: TimelineEntry, facts: _Facts) -> _Lines:
    """Why, and each value before and after; of a report, a notice or a cycle."""
    document = facts.documents.get(entry.valid_from, {})
    made = [each for each in document.get("corrections", ()) if each["publication"] is None]
    if not made:
        return "", ()
    words = CorrectionWords(facts.charter_of(document), document)
    points = []
    for row in made[-1].get("upheld", ()):
        place = CorrectionPlace("verdict", row["commitment"], row["measure"])
        if facts.concerns(words, place):
            points.append(_("%(title)s was looked at again and stays “%(value)s”") % {
                "title": words.title(place), "value": VerdictValue(row["value"]).label
            })  # fmt: skip
    for item in made[-1]["items"]:
        place = CorrectionPlace.of_item(item)
        if facts.concerns(words, place):
            points.append(f"{words.title(place)}: {_change(words, place, item)}")
    return _why(made[-1]["reason"]), points


def _change(words: CorrectionWords, place: CorrectionPlace, item: Mapping[str, Any]) -> str:
    difference = value_difference(words, place, item["old"], item["new"])
    if place.subject == "verdict" and difference.old == difference.new:
        return correction_of_verdict(item["new"]["value"], item["old"]["value"])
    old, new = difference.in_short(_VALUE)
    return f"{old} → {new}" if old != new else new


def _pledge(entry: TimelineEntry, facts: _Facts) -> _Lines:
    """What is pledged, or why it has ended; what was decided or corrected of its targets."""
    pledge = facts.pledges.get(entry.valid_from)
    if pledge is None:
        return "", ()
    corrected = [
        " → ".join((target_text(target["was"]), target_text(target)))
        for target in pledge.targets
        if target.get("was") and target["corrected_in"] == entry.valid_from
    ]
    if corrected:
        return _why(entry.detail["reasons"]), corrected
    decided = [target_text(target) for target in pledge.targets if target.get("decision")]
    if pledge.state == PledgeState.PUBLISHED:
        return excerpt(pledge.text, _SENTENCE), decided
    state = str(PledgeState(pledge.state).label)
    return ": ".join(filter(None, (state, first_sentence(pledge.ended_reason)))), decided


def _response(entry: TimelineEntry, facts: _Facts) -> _Lines:
    response = facts.responses.get(entry.valid_from)
    if response is None:
        return "", ()
    if response.was and response.corrected_in == entry.valid_from:
        texts = differing_excerpts(response.was["text"], response.text, _VALUE)
        return _why(entry.detail["reasons"]), [" → ".join(texts)]
    return _("“%(words)s”") % {"words": excerpt(response.text, _SENTENCE)}, ()


def _why(reasons: Mapping[str, str]) -> str:
    return _("Why: %(reason)s") % {"reason": first_sentence(in_reader_language(reasons))}


def _organisation(entry: TimelineEntry, facts: _Facts) -> _Lines:
    del facts
    state = str(OrganisationState(entry.detail["state"]).label)
    return ": ".join(filter(None, (state, first_sentence(entry.detail["reason"] or "")))), ()


def _accession(entry: TimelineEntry, facts: _Facts) -> _Lines:
    del facts
    signatory = ", ".join(filter(None, entry.detail["signatory"].values()))
    return (_("Signed by %(name)s") % {"name": signatory} if signatory else ""), ()


def _signatures(entry: TimelineEntry, facts: _Facts) -> _Lines:
    count = len(facts.documents.get(entry.valid_from, {}).get("signatures", ()))
    return ngettext("%(n)d signature", "%(n)d signatures", count) % {"n": count}, ()


def _counted(what: object, n: int) -> str:
    """One of several counts in a row: "Complete – 4"."""
    return pgettext("count", "%(what)s – %(n)d") % {"what": what, "n": n}


def _charter(entry: TimelineEntry, facts: _Facts) -> _Lines:
    del facts
    return _("Version %(version)s comes into force.") % {"version": entry.detail["version"]}, ()


def _cycle(entry: TimelineEntry, facts: _Facts) -> _Lines:
    """What became of the reports that were due."""
    rows = facts.documents.get(entry.valid_from, {}).get("reports", ())
    counts = Counter(row["standing"] for row in rows)
    parts = [_counted(value.label, counts[value]) for value in Standing if counts[value]]
    return (_("Reports: %(counts)s.") % {"counts": ", ".join(parts)} if parts else ""), ()


def _reference_load(entry: TimelineEntry, facts: _Facts) -> _Lines:
    del facts
    withdrawn = int(entry.detail.get("withdrawn", 0))
    counted = int(entry.detail["rows"]) - withdrawn
    sentences = (
        (counted, ngettext("%(n)d count by %(observer)s", "%(n)d counts by %(observer)s", counted)),
        (
            withdrawn,
            ngettext(
                "%(n)d count by %(observer)s withdrawn", "%(n)d counts by %(observer)s withdrawn", withdrawn
            ),
        ),
    )
    observer = entry.detail["observer"]
    return "; ".join(words % {"n": count, "observer": observer} for count, words in sentences if count), ()


def _withdrawal(entry: TimelineEntry, facts: _Facts) -> _Lines:
    withdrawal = facts.withdrawals.get(entry.valid_from)
    return (_why(withdrawal.reason) if withdrawal and in_reader_language(withdrawal.reason) else ""), ()


_KINDS: Mapping[str, Callable[[TimelineEntry, _Facts], _Lines]] = {
    "report": _report,
    "report_notice": _notice,
    "correction": _correction,
    "pledge": _pledge,
    "response": _response,
    "organisation": _organisation,
    "accession": _accession,
    "signatures": _signatures,
    "charter": _charter,
    "cycle": _cycle,
    "reference_load": _reference_load,
    "withdrawal": _withdrawal,
}
