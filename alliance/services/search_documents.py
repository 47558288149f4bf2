"""What is found of the public record: members, pledges, what reports answer, verdicts and replies to them.

Everything is read from projections and other public rows; what is withheld or withdrawn is in none of them.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.enums import VerdictValue
from alliance.models import (
    Commitment,
    Cycle,
    Indicator,
    Measure,
    Organisation,
    PublicQuestion,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedVerdict,
    WithdrawnPublication,
)
from alliance.queries.public.members import members
from alliance.queries.public.record import standing_publications
from alliance.services.charter_publication_content import in_languages
from portal.kernel import search
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication
from portal.kernel.registry import publication_kind
from portal.kernel.search import Document
from portal.kernel.text import LANGUAGES, Texts

search.register_kind("commitment", _("Commitments and measures"), 10)
search.register_kind("indicator", _("Indicators and harms"), 20)
search.register_kind("member", _("Members and services"), 30)
search.register_kind("promise", _("Promises"), 40)
search.register_kind("passage", _("Passages of reports"), 50)
search.register_kind("figure", _("Figures"), 60)
search.register_kind("verdict", _("Verdicts and replies"), 70)
search.register_kind("question", _("Questions of the public"), 90)
search.register_kind("publication", _("Publications"), 100)


def refresh_member_documents(organisation: Organisation, *, former_name: int | None = None) -> None:
    """What is found of a member has changed without a publication.

    Its name stands in all that is found of it: after a change to another, `former_name` is the row of the one before.
    """
    search.refresh_beside("member", [organisation.slug])
    if former_name is not None:
        search.refresh_filed_under(f"member:{organisation.slug}", cause=f"name {former_name}")


def refresh_question_document(question: PublicQuestion) -> None:
    """A question of the public was published, changed or hidden."""
    search.refresh_beside("question", [str(question.pk)])


def former_names(organisation: Organisation) -> list[str]:
    """What it was called before, in all languages: what is found of it is found by these too. One query."""
    rows = organisation.former_names.all()
    return list(dict.fromkeys(text for row in rows for text in in_languages(row, "name").values()))


def joined(*parts: str | Texts, by: str = ", ") -> dict[str, str]:
    """One line in every language, from texts by language and those that are the same in all."""
    return {
        language: by.join(text for part in parts if (text := _in(part, language))) for language in LANGUAGES
    }


def _in(part: str | Texts, language: str) -> str:
    return part if isinstance(part, str) else part.get(language) or next(iter(part.values()), "")


# --- Members ---


def _member_documents(slug: str) -> Iterable[Document]:
    rows = members().filter(slug=slug).prefetch_related("former_names", "ownerships__service__former_names")
    for member in rows:
        services = [ownership.service for ownership in member.ownerships.all()]
        former = [name for service in services for name in service.former_names.all()]
        texts = [
            in_languages(member, "sector"),
            *(in_languages(name, "name") for name in member.former_names.all()),
            *(joined(in_languages(service, "name"), in_languages(service, "sort")) for service in services),
            *(in_languages(name, "name") for name in former),
        ]
        yield Document(
            "member", in_languages(member, "name"), joined(*texts, by=" · "), "public:member", [slug],
            at=moment(member.since, member.created_at), facets=[f"member:{slug}"], detail={"state": member.state},
        )  # fmt: skip


def moment(day: date | None, otherwise: datetime | None) -> datetime:
    """The beginning of a day; without one the other moment, or now."""
    return datetime.combine(day, time(), UTC) if day else otherwise or datetime.now(UTC)


# --- Pledges ---


def _pledge_documents(record: str) -> Iterable[Document]:
    for pledge in PublishedPledge.objects.current().filter(record=record).select_related("organisation"):
        commitment = Commitment.objects.filter(charter=pledge.charter_id, key=pledge.commitment_key).first()
        subject = heading(commitment) if commitment else pledge.title
        texts = [pledge.text, *(target["text"] for target in pledge.targets)]
        corrected = [target["corrected_in"] for target in pledge.targets if target.get("corrected_in")]
        yield Document(
            "promise",
            joined(in_languages(pledge.organisation, "name"), subject),
            {pledge.language: "\n".join(texts)},
            "public:member", [pledge.organisation.slug], fragment=f"#pledge-{record}",
            at=pledge.signed_at, number=pledge.valid_from, facets=[f"member:{pledge.organisation.slug}"],
            detail={"state": pledge.state, **_correction(max(corrected, default=None))},
            labels=former_names(pledge.organisation),
        )  # fmt: skip


def heading(row: Commitment | Measure | Indicator) -> dict[str, str]:
    """Code and title of a part of the charter, in every language."""
    return {language: f"{row.code} {title}" for language, title in in_languages(row, "title").items()}


def _correction(number: int | None, was: str = "") -> dict[str, Any]:
    """That it was corrected: by which publication, and the verdict that it was."""
    return {"corrected_in": number, "was": was} if number else {}


# --- Reports: answers, verdicts, replies ---


def _reports_of(**member_or_cycle: Any) -> list[str]:
    rows = PublishedReport.objects.current().filter(**member_or_cycle)
    return [f"{slug}/{cycle}" for slug, cycle in rows.values_list("organisation__slug", "cycle__slug")]


def _report_documents(name: str) -> Iterable[Document]:
    slug, _slash, cycle_slug = name.partition("/")
    own = {"organisation__slug": slug, "cycle__slug": cycle_slug}
    organisation = Organisation.objects.filter(slug=slug).first()
    cycle = Cycle.objects.filter(slug=cycle_slug).first()
    if organisation is None or cycle is None:
        return
    head = [in_languages(organisation, "name"), in_languages(cycle, "title")]
    facets = [f"member:{slug}", f"cycle:{cycle_slug}"]
    at = partial(
        Document,
        route="public:report",
        route_args=[slug, cycle_slug],
        facets=facets,
        labels=former_names(organisation),
    )
    measures = {row.key: row for row in Measure.objects.filter(charter=cycle.charter_id)}
    commitments = {row.key: row for row in Commitment.objects.filter(charter=cycle.charter_id)}
    for report in PublishedReport.objects.current().filter(**own):
        by_measure: dict[tuple[str, str], list[str]] = {}
        corrected: dict[tuple[str, str], int] = {}
        for answer in report.answers:
            if answer["text"] and not answer["withheld"]:
                place = answer["measure"], answer["language"]
                by_measure.setdefault(place, []).append(answer["text"])
                if number := answer.get("corrected_in"):
                    corrected[place] = max(number, corrected.get(place, 0))
        for (key, language), texts in by_measure.items():
            measure = measures.get(key)
            yield at(
                "passage", joined(*head, heading(measure) if measure else ""), {language: "\n".join(texts)},
                fragment=f"#measure-{key}" if key else "#own-pledges",
                at=report.submitted_at or moment(cycle.ends_on, cycle.published_at),
                number=report.valid_from,
                detail={"signed": report.signatory_name, **_correction(corrected.get((key, language)))},
            )  # fmt: skip
    for verdict in PublishedVerdict.objects.current().filter(**own).exclude(reason=""):
        subject = measures.get(verdict.measure_key) or commitments.get(verdict.commitment_key)
        fragment = (
            f"verdict-{verdict.measure_key}"
            if verdict.measure_key
            else f"commitment-{verdict.commitment_key}"
        )
        yield at(
            "verdict", joined(*head, heading(subject) if subject else ""), {verdict.language or "en": verdict.reason},
            fragment=f"#{fragment}", at=verdict.given_at, number=verdict.valid_from,
            detail={
                "verdict": VerdictValue(verdict.value).value,
                **_correction(verdict.corrected_in, (verdict.was or {}).get("value", "")),
            },
        )  # fmt: skip
    for reply in PublishedResponse.objects.current().filter(**own):
        subject = commitments.get(reply.commitment_key)
        yield at(
            "verdict", joined(*head, heading(subject) if subject else ""), {reply.language: reply.text},
            fragment=f"#commitment-{reply.commitment_key}" if subject else "#reply-to-all", at=reply.signed_at,
            number=reply.valid_from,
            detail={"signed": reply.signatory_name, **_correction(reply.corrected_in)},
        )  # fmt: skip


# --- Publications and questions of the public ---


def _publication_documents(name: str) -> Iterable[Document]:
    type_, _colon, record = name.partition(":")
    if publication_kind(type_):  # what an upper layer publishes is found by a source of its own
        return
    rows = standing_publications(Publication.objects.filter(type=type_, record=record))
    for row in rows.defer("body").order_by("-revision")[:1]:
        yield Document(
            "publication", row.title, {}, "public:publication", [row.number],
            at=row.published_at, number=row.number, detail={"type": type_},
        )  # fmt: skip


def _question_documents(name: str) -> Iterable[Document]:
    rows = PublicQuestion.objects.visible_to(ANYONE).filter(pk=name).select_related("organisation")
    for row in rows:
        texts: dict[str, str] = {row.language: row.text}
        if row.answer:
            texts[row.answer_language] = "\n".join(
                filter(None, [texts.get(row.answer_language, ""), row.answer])
            )
        about = in_languages(row.organisation, "name") if row.organisation else row.commitment_key
        yield Document(
            "question", joined(about), texts, "public:question", [row.pk], at=row.published_at or row.asked_at,
            facets=[f"member:{row.organisation.slug}"] if row.organisation else [], detail={"kind": row.kind},
            labels=former_names(row.organisation) if row.organisation else (),
        )  # fmt: skip


# --- What a publication changes ---


def member_of(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    """The member that a publication is about, if any."""
    return [content["organisation"]["slug"]] if _names_member(content) else []


def _names_member(content: Mapping[str, Any]) -> bool:
    return isinstance(content.get("organisation"), Mapping)


def _pledges_to(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    """The pledges whose commitment a charter names anew."""
    if publication.type != "charter":
        return []
    rows = PublishedPledge.objects.current().filter(charter__key=content["key"])
    return [str(record) for record in rows.values_list("record", flat=True)]


def _pledge_of(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    subject = content["subject"] if publication.type == "withdrawal" else content
    is_pledge = publication.type == "pledge" or subject.get("type") == "pledge"
    return [str(subject["record"])] if is_pledge else []


def _report_of(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    if not _names_member(content):
        return []
    subject = content["subject"] if publication.type == "withdrawal" else content
    cycle = subject.get("cycle")
    slug = cycle["slug"] if isinstance(cycle, Mapping) else cycle
    return [f"{content['organisation']['slug']}/{slug}"] if slug else []


def _publication_of(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    names = [f"{publication.type}:{publication.record}"]
    if publication.type == "withdrawal":
        withdrawn = WithdrawnPublication.objects.current().filter(valid_from=publication.number)
        names += [f"{type_}:{record}" for type_, record in withdrawn.values_list("type", "record")]
    # with a report come and go the replies to its verdicts
    reports = [name.removeprefix("report:") for name in names if name.startswith("report:")]
    for report in reports:
        replies = Publication.objects.filter(type="response", record__startswith=f"{report}/")
        names += [f"response:{record}" for record in replies.values_list("record", flat=True).distinct()]
    return names


def member_slugs() -> list[str]:
    """All members."""
    return list(members().order_by("pk").values_list("slug", flat=True))


def _all_publications() -> list[str]:
    rows = Publication.objects.order_by("number").values_list("type", "record")
    return list(dict.fromkeys(f"{type_}:{record}" for type_, record in rows))


def _all_pledges() -> list[str]:
    return [str(record) for record in PublishedPledge.objects.current().values_list("record", flat=True)]


def _all_questions() -> list[str]:
    return [str(pk) for pk in PublicQuestion.objects.visible_to(ANYONE).values_list("pk", flat=True)]


search.register_source("member", search.Source(_member_documents, member_slugs, member_of))
search.register_source("pledge", search.Source(_pledge_documents, _all_pledges, _pledge_of, _pledges_to))
search.register_source("report", search.Source(_report_documents, _reports_of, _report_of))
search.register_source(
    "publication", search.Source(_publication_documents, _all_publications, _publication_of)
)
search.register_source(
    "question", search.Source(_question_documents, _all_questions, lambda publication, content: [])
)
