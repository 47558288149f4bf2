"""What a publication says in short: its kind, its title, a sentence; its verdicts or corrected values one by one."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.enums import OrganisationState, PledgeState, Standing, TargetState, VerdictValue
from alliance.models import PublicQuestion, TimelineEntry
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.correction_wording import CorrectionWords, filing_text, target_text
from alliance.queries.public.summary_facts import GivenVerdict, SummaryFacts
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.value_differences import value_difference
from alliance.queries.public.verdict_matrix import VerdictTally
from alliance.queries.public.wording import (
    correction_of_verdict,
    count_of_state,
    differing_excerpts,
    excerpt,
    kind_of,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication
from portal.kernel.registry import publication_kind

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[«“\"(A-ZА-ЯЁ0-9])")
_SENTENCE, _VALUE = 200, 60  # characters of a first sentence, and of a corrected text


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


def summaries_of(
    entries: Sequence[TimelineEntry], *, commitment: str = "", with_points: bool = True
) -> list[Summary]:
    """The entries of the public timeline in short, in their order; with a key, of that commitment alone.

    At most seven queries, and for each correction of a report, whose points name its parts, those of its charter.
    """
    places = commitment_places(commitment) if commitment else None
    facts = SummaryFacts.read(entries, places, with_points=with_points)
    return [_summary(entry, facts) for entry in entries]


def summaries_of_publications(
    publications: Sequence[Publication], *, with_points: bool = True
) -> list[Summary]:
    """The same of rows of the publication log. One query more."""
    numbers = [publication.number for publication in publications]
    known = TimelineEntry.objects.filter(valid_from__in=numbers).select_related("organisation", "cycle")
    entries = {entry.valid_from: entry for entry in known}
    listed = [entries.get(each.number) or _entry_of(each) for each in publications]
    return summaries_of(listed, with_points=with_points)


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


# --- What each kind says -----------------------------------------------------------------------

_Lines = tuple[str, Sequence[str]]  # a sentence, and points below it


def _summary(entry: TimelineEntry, facts: SummaryFacts) -> Summary:
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


def _lines(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    describe = _KINDS.get(entry.kind)
    if describe:
        return describe(entry, facts)
    above, document = publication_kind(entry.kind), facts.documents.get(entry.valid_from)
    if above and document:
        return excerpt(above.summary(document), _SENTENCE), ()
    return excerpt(str(entry.detail.get("reason") or ""), _SENTENCE), ()


def _report(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    """How many verdicts of each value; each with the first sentence of its reason."""
    verdicts = facts.verdicts.get(entry.valid_from, ())
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
    return " ".join(sentences), _verdict_points(entry, verdicts, facts) if facts.with_points else ()


def _verdict_points(entry: TimelineEntry, verdicts: Sequence[GivenVerdict], facts: SummaryFacts) -> list[str]:
    headings = facts.headings_of(entry.cycle.charter_id) if entry.cycle and verdicts else {}
    labels = {str(value): str(value.label) for value in VerdictValue} if verdicts else {}
    points = []
    for row in verdicts:
        verdict = f"{headings.get(row.commitment_key, row.commitment_key)}: {labels[row.value]}."
        points.append(" ".join(filter(None, (verdict, first_sentence(row.reason)))))
    return points


def _notice(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    report = facts.reports.get(entry.valid_from)
    reason = report.reason if report else ""
    return filing_text({"standing": entry.detail["notice"], "reason": first_sentence(reason)}), ()


def _correction(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    """Why, and each value before and after; of a report, a notice or a cycle."""
    document = facts.documents.get(entry.valid_from, {})
    made = [each for each in document.get("corrections", ()) if each["publication"] is None]
    if not made:
        return "", ()
    return _why(made[-1]["reason"]), _corrected_points(document, made[-1], facts) if facts.with_points else ()


def _corrected_points(
    document: Mapping[str, Any], correction: Mapping[str, Any], facts: SummaryFacts
) -> list[str]:
    words = CorrectionWords(facts.charter_of(document), document)
    points = []
    for row in correction.get("upheld", ()):
        place = CorrectionPlace("verdict", row["commitment"], row["measure"])
        if facts.concerns(words, place):
            points.append(_("%(title)s was looked at again and stays “%(value)s”") % {
                "title": words.title(place), "value": VerdictValue(row["value"]).label
            })  # fmt: skip
    for item in correction["items"]:
        place = CorrectionPlace.of_item(item)
        if facts.concerns(words, place):
            points.append(f"{words.title(place)}: {_change(words, place, item)}")
    return points


def _change(words: CorrectionWords, place: CorrectionPlace, item: Mapping[str, Any]) -> str:
    difference = value_difference(words, place, item["old"], item["new"])
    if place.subject == "verdict" and difference.old == difference.new:
        return correction_of_verdict(item["new"]["value"], item["old"]["value"])
    old, new = difference.in_short(_VALUE)
    return f"{old} → {new}" if old != new else new


def _pledge(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
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


def _response(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    response = facts.responses.get(entry.valid_from)
    if response is None:
        return "", ()
    if response.was and response.corrected_in == entry.valid_from:
        texts = differing_excerpts(response.was["text"], response.text, _VALUE)
        return _why(entry.detail["reasons"]), [" → ".join(texts)]
    return _("“%(words)s”") % {"words": excerpt(response.text, _SENTENCE)}, ()


def _why(reasons: Mapping[str, str]) -> str:
    return _("Why: %(reason)s") % {"reason": first_sentence(in_reader_language(reasons))}


def _organisation(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    del facts
    state = str(OrganisationState(entry.detail["state"]).label)
    return ": ".join(filter(None, (state, first_sentence(entry.detail["reason"] or "")))), ()


def _accession(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    del facts
    signatory = ", ".join(filter(None, entry.detail["signatory"].values()))
    return (_("Signed by %(name)s") % {"name": signatory} if signatory else ""), ()


def _signatures(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    count = len(facts.documents.get(entry.valid_from, {}).get("signatures", ()))
    return ngettext("%(n)d signature", "%(n)d signatures", count) % {"n": count}, ()


def _counted(what: object, n: int) -> str:
    """One of several counts in a row: "Complete – 4"."""
    return pgettext("count", "%(what)s – %(n)d") % {"what": what, "n": n}


def _charter(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    del facts
    return _("Version %(version)s comes into force.") % {"version": entry.detail["version"]}, ()


def _cycle(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    """What became of the reports that were due."""
    rows = facts.documents.get(entry.valid_from, {}).get("reports", ())
    counts = Counter(row["standing"] for row in rows)
    parts = [_counted(value.label, counts[value]) for value in Standing if counts[value]]
    return (_("Reports: %(counts)s.") % {"counts": ", ".join(parts)} if parts else ""), ()


def _reference_load(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
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


def _withdrawal(entry: TimelineEntry, facts: SummaryFacts) -> _Lines:
    withdrawal = facts.withdrawals.get(entry.valid_from)
    return (_why(withdrawal.reason) if withdrawal and in_reader_language(withdrawal.reason) else ""), ()


_KINDS: Mapping[str, Callable[[TimelineEntry, SummaryFacts], _Lines]] = {
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
