"""The commitments on paper, one opening for each: pledge, measures, lines, other counts, verdict, reply."""

from collections.abc import Sequence
from datetime import date, datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.documents import report_paper as paper
from alliance.documents.report_charts import charts_of
from alliance.documents.report_counts import counts_of
from alliance.documents.report_figures import tables_of
from alliance.documents.report_source import SignedReply, Source
from alliance.documents.report_words import printable, said, said_or_none
from alliance.enums import EvidenceKind, VerdictValue
from alliance.models import Commitment, Indicator, Measure, PublishedPledge
from alliance.queries.public.report_facts import Item
from alliance.queries.public.standing import LEVELS
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import named, short_cycle
from portal.kernel.templatetags.portal_ui import day


def openings_of(source: Source) -> list[paper.Opening]:
    """The commitments that this report says anything on."""
    made = [_opening(source, commitment) for commitment in source.charter.commitments.all()]
    return [opening for opening in made if opening.measures or opening.verdict]


def _opening(source: Source, commitment: Commitment) -> paper.Opening:
    filed = [measure for measure in commitment.measures.all() if measure.key in source.now.measures]
    pledge = next((one for one in source.pledges if one.commitment_key == commitment.key), None)
    reply = source.reply_to(commitment.key)
    return paper.Opening(
        key=commitment.key,
        number=commitment.code,
        title=commitment.title,
        lead=" ".join(commitment.text.split()),
        pledge=_pledge(pledge) if pledge else None,
        measures=[_measure(source, commitment, measure) for measure in filed],
        charts=charts_of(source, filed, pledge),
        counts=counts_of(source, filed),
        verdict=verdict_of(source.now.verdicts.get((commitment.key, ""))),
        reply=reply_of(reply) if reply else None,
        trail=_trail(source, commitment.key),
    )


def _pledge(pledge: PublishedPledge) -> paper.Pledge:
    services = ", ".join(printable(named(one)) for one in pledge.services)
    note = f"{_('Pledge')}, {day(pledge.signed_at)}"
    return paper.Pledge(
        note=f"{note}\n{services}" if services else note,
        said=said(pledge.words, pledge.language),
        targets=[_target(target, pledge.language) for target in pledge.targets],
    )


def _target(target: Item, language: str) -> paper.Target:
    due = target["due_on"]
    until = _("by %(day)s") % {"day": day(date.fromisoformat(due))} if due else ""
    return paper.Target(said(target["text"], language), until)


def _measure(source: Source, commitment: Commitment, measure: Measure) -> paper.Measure:
    filed = source.now.measures[measure.key]
    asked = {indicator.key: indicator for indicator in measure.indicators.all()}
    answered = [one for one in filed["answers"] if one["text"].strip() or one["withheld"]]
    withheld = filed.get("evidence_withheld", 0)
    words = ngettext("%(n)s item only for the secretariat",
                     "%(n)s items only for the secretariat", withheld)  # fmt: skip
    return paper.Measure(
        code=measure.code,
        title=measure.title,
        answers=[_answer(one, asked.get(one["indicator"])) for one in answered],
        tables=tables_of(source, measure),
        evidence=[_evidence(item) for item in filed["evidence"]],
        evidence_withheld=words % {"n": withheld} if withheld else "",
        verdict=verdict_of(source.now.verdicts.get((commitment.key, measure.key))),
    )


def _answer(answer: Item, indicator: Indicator | None) -> paper.Answer:
    words = None if answer["withheld"] else said(answer["text"], answer["language"])
    return paper.Answer(indicator.title if indicator else "", words)


def _evidence(item: Item) -> paper.Evidence:
    if item["kind"] == EvidenceKind.PRACTICE:
        named = printable(item["title"]) or _("Evidence was given: an adopted practice")
        return paper.Evidence(named, _("Adopted practice") if item["title"] else "")
    title = printable(item["title"])
    if item["kind"] == EvidenceKind.LINK:
        return paper.Evidence(title, "", item["url"])
    size = filesizeformat(item["size"])
    return paper.Evidence(title, f"{printable(item['file_name'])}, {size}, SHA-256 {item['sha256'][:16]}…")


def verdict_of(row: Item | None) -> paper.Verdict | None:
    """A verdict as it stands in the document."""
    if row is None:
        return None
    language = row.get("language", "")
    given = {"day": day(datetime.fromisoformat(row["given_at"]))}
    return paper.Verdict(
        level=LEVELS[row["value"]],
        word=word_of(row["value"]),
        reason=said_or_none(row["reason"], language),
        difference=said_or_none(row["difference"], language),
        given=f"{_('Secretariat')}, {given['day']}",
    )


def word_of(value: str) -> str:
    return str(VerdictValue(value).label)


def reply_of(reply: SignedReply) -> paper.Reply:
    """A reply with its signature."""
    who = ", ".join(part for part in (printable(reply.name), printable(reply.office)) if part)
    return paper.Reply(said(reply.text, reply.language), f"{who}, {day(reply.at)}")


def _trail(source: Source, commitment: str) -> Sequence[paper.Step]:
    """How the verdict came to be what it is; nothing when it is the first one."""
    reports = [*source.history, (source.cycle, source.now)]
    given = [(cycle, facts.verdicts.get((commitment, ""))) for cycle, facts in reports]
    steps = [paper.Step(LEVELS[row["value"]], short_cycle(cycle)) for cycle, row in given if row]
    return steps if len(steps) > 1 else ()


def own_pledges_of(source: Source) -> list[paper.OwnPledge]:
    """The pledges beyond the charter, with the answer for the period."""
    return [
        paper.OwnPledge(
            title=printable(one["title"]),
            said=None if one["withheld"] else said_or_none(one["text"], one["language"]),
            verdict=verdict_of(source.now.pledge_verdicts.get(one["record"])),
        )
        for one in source.document["pledges"]
    ]


def sources_of(source: Source) -> list[str]:
    """Who counted what beside the member, and the text that the report answers to."""
    charter = source.charter
    about = {"title": charter.title, "version": charter.version}
    lines = [_("%(title)s, version %(version)d") % about]
    lines += [in_reader_language({"": charter.note})] if charter.working_text and charter.note else []
    lines += dict.fromkeys(f"{printable(row.observer)}: {printable(row.source)}" for row in source.references)
    return [" ".join(line.split()) for line in lines]
