"""The targets of journal entries as the secretariat knows them: what each is called, and the page that shows it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    Accession,
    Charter,
    CharterUpload,
    Correction,
    Cycle,
    DeclaredInterest,
    EmailDomain,
    Evidence,
    ExtensionRequest,
    Finding,
    IdentityProvider,
    InternalNote,
    Invitation,
    InvitedComment,
    MemberLetter,
    Membership,
    MembershipApplication,
    Organisation,
    Pledge,
    PublicQuestion,
    Question,
    Report,
    SecondReading,
    Service,
    SignatureObjection,
    Supporter,
    SupporterImport,
    Verdict,
    Withdrawal,
)
from alliance.queries.judged_subjects import commitment_code, pledge_titles, verdicts_taken_back
from alliance.queries.public.texts import in_reader_language
from portal.kernel.access import Actor, can
from portal.kernel.documents import documents_known_to, kind_label
from portal.kernel.files import FileCase, FileDamage
from portal.kernel.journal import LinkFinder, TargetLink
from portal.kernel.publishing import Publication

Row = Any
_REPORT = ("report__organisation", "report__cycle")


def _links(
    model: Any,
    title: Callable[[Row], str],
    route: str = "",
    args: Callable[[Row], list[Any]] = lambda row: [row.pk],
    related: tuple[str, ...] = (),
    rule: str = "",
) -> LinkFinder:
    """Links of the rows that the actor may see: a title, and a page of the secretariat where a route is given.

    A page that not every reader of the journal may open names its `rule`: others get the title alone.
    """

    def find(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
        rows = model.objects.visible_to(actor).filter(pk__in=ids)
        if related:  # without names it would follow every relation
            rows = rows.select_related(*related)
        return {
            row.pk: TargetLink(
                reverse(f"secretariat:{route}", args=args(row))
                if route and (not rule or can(actor, rule, row))
                else "",
                title(row),
            )
            for row in rows
        }

    return find


def report_title(report: Report) -> str:
    """A report as a sentence names it: the member and the cycle."""
    return f"{report.organisation.name}, {report.cycle.title}"


def _title_in_report(row: Row) -> str:
    """Of what belongs to a report, and to one of its measures where it does."""
    measure = getattr(row, "measure", None)
    return f"{report_title(row.report)}, {measure.code}" if measure else report_title(row.report)


def _pledge_title(pledge: Pledge) -> str:
    return f"{pledge.organisation.name}, {pledge.title or pledge.commitment_key}"


def _question_title(question: PublicQuestion) -> str:
    return question.organisation.name if question.organisation else ""


def _name(row: Row) -> str:
    return str(row.name)


def _review(row: Row) -> list[Any]:
    return [row.report_id]


def _file_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    del actor
    rows = FileCase.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return {pk: TargetLink(reverse("secretariat:file", args=[sha256])) for pk, sha256 in rows}


def _damage_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    del actor
    rows = FileDamage.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return {pk: TargetLink(reverse("secretariat:file", args=[sha256])) for pk, sha256 in rows}


def _document_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    """What a generated document is, and the list of those of its kind where the actor may see all of them."""
    rows = documents_known_to(actor).filter(pk__in=ids).values_list("pk", "kind", "title")
    page = reverse("secretariat:generated-list") if can(actor, "document.oversee") else ""
    return {
        pk: TargetLink(f"{page}?{urlencode({'kind': kind})}" if page else "", title or kind_label(kind))
        for pk, kind, title in rows
    }


def _publication_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    """Publications are everybody's, and their number is their key. One query."""
    del actor
    titles = Publication.objects.filter(number__in=ids).values_list("number", "title")
    return {
        number: TargetLink(
            reverse("public:publication", args=[number]),
            ", ".join((gettext("No. %(number)s") % {"number": number}, in_reader_language(title))),
        )
        for number, title in titles
    }


def _withdrawal_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    """What is withdrawn, as its first revision is called: of a later one it may be a correction. Two queries."""
    rows = list(Withdrawal.objects.visible_to(actor).filter(pk__in=ids))
    first = Publication.objects.filter(record__in={row.record for row in rows}, revision=1).defer("body")
    titles = {(each.type, each.record): in_reader_language(each.title) for each in first}
    return {
        row.pk: TargetLink(
            reverse("secretariat:withdrawal", args=[row.pk]), titles.get((row.type, row.record), "")
        )
        for row in rows
    }


def _verdict_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    """What was judged, and the step of the review that judges it; of one that was taken back, too.

    One query, one more where a pledge was judged, four where a verdict was taken back.
    """
    rows = Verdict.objects.visible_to(actor).filter(pk__in=ids)
    verdicts = {row.pk: row for row in rows.select_related(*_REPORT, "measure", "commitment")}
    verdicts |= verdicts_taken_back(actor, set(ids) - verdicts.keys())
    titles = pledge_titles(actor, list(verdicts.values()))
    return {pk: _verdict_link(row, titles) for pk, row in verdicts.items()}


def _verdict_link(verdict: Verdict, titles: Mapping[UUID, str]) -> TargetLink:
    if verdict.measure:
        step, key, subject = "measure", verdict.measure.key, verdict.measure.code
    elif verdict.commitment:
        step, key, subject = "commitment", verdict.commitment.key, commitment_code(verdict.commitment)
    else:
        assert verdict.pledge_record, "a verdict is on one of the three"
        step, key, subject = "pledge", str(verdict.pledge_record), titles.get(verdict.pledge_record, "")
    return TargetLink(
        reverse(f"secretariat:review-{step}", args=[verdict.report_id, key]),
        ", ".join(filter(None, (report_title(verdict.report), subject))),
    )


def _report_links(actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    """The report's page once it was filed; otherwise the page of its cycle."""
    rows = Report.objects.visible_to(actor).filter(pk__in=ids).select_related("organisation", "cycle")
    return {
        row.pk: TargetLink(
            reverse("secretariat:review", args=[row.pk])
            if row.submitted_at
            else reverse("secretariat:cycle", args=[row.cycle.slug]),
            report_title(row),
        )
        for row in rows
    }


TARGET_LINKS: dict[str, LinkFinder] = {
    "alliance.organisation": _links(Organisation, _name, "member"),
    "alliance.membershipapplication": _links(MembershipApplication, _name, "application"),
    "alliance.service": _links(Service, _name),
    "alliance.membership": _links(
        Membership,
        lambda row: f"{row.person.name}, {row.organisation.name}",
        "member",
        lambda row: [row.organisation_id],
        ("person", "organisation"),
    ),
    "alliance.invitation": _links(
        Invitation,
        lambda row: row.organisation.name,
        "member",
        lambda row: [row.organisation_id],
        ("organisation",),
    ),
    "alliance.identityprovider": _links(
        IdentityProvider, lambda row: row.organisation.name, "provider", related=("organisation",)
    ),
    "alliance.emaildomain": _links(
        EmailDomain, lambda row: row.domain, "provider", lambda row: [row.provider_id]
    ),
    "alliance.accession": _links(
        Accession,
        lambda row: f"{row.organisation.name}, {row.charter}",
        "member",
        lambda row: [row.organisation_id],
        ("organisation", "charter"),
    ),
    "alliance.memberletter": _links(
        MemberLetter,
        lambda row: f"{row.organisation.name}: {row.subject}",
        "member-letter",
        related=("organisation",),
    ),
    "alliance.charter": _links(Charter, str, "charter", lambda row: [row.key, row.version]),
    "alliance.charterupload": _links(CharterUpload, _name, "charter-upload"),
    "alliance.signatureobjection": _links(
        SignatureObjection,
        lambda row: f"{row.organisation.name}, {row.charter}",
        "member",
        lambda row: [row.organisation_id],
        ("organisation", "charter"),
    ),
    "alliance.cycle": _links(Cycle, lambda row: row.title, "cycle", lambda row: [row.slug]),
    "alliance.pledge": _links(Pledge, _pledge_title, "pledge", related=("organisation",)),
    "alliance.report": _report_links,
    "alliance.extensionrequest": _links(
        ExtensionRequest, _title_in_report, "cycle", lambda row: [row.report.cycle.slug], _REPORT
    ),
    "alliance.correction": _links(Correction, _title_in_report, "correction", related=_REPORT),
    "alliance.withdrawal": _withdrawal_links,
    "alliance.question": _links(Question, _title_in_report, "review", _review, (*_REPORT, "measure")),
    "alliance.internalnote": _links(InternalNote, _title_in_report, "review", _review, (*_REPORT, "measure")),
    "alliance.secondreading": _links(SecondReading, _title_in_report, "second-reading", related=_REPORT),
    "alliance.declaredinterest": _links(
        DeclaredInterest,
        lambda row: f"{row.person.name}, {row.organisation.name}",
        "interest-list",
        lambda row: [],
        ("person", "organisation"),
    ),
    "alliance.finding": _links(Finding, _title_in_report, "finding", related=(*_REPORT, "measure")),
    "alliance.verdict": _verdict_links,
    "alliance.evidence": _links(
        Evidence,
        _title_in_report,
        "review-measure",
        lambda row: [row.report_id, row.measure.key],
        (*_REPORT, "measure"),
    ),
    "alliance.invitedcomment": _links(
        InvitedComment,
        lambda row: f"{row.organisation.name}, {row.cycle.title}, {row.measure.code}",
        "comment",
        related=("organisation", "cycle", "measure"),
    ),
    "alliance.publicquestion": _links(
        PublicQuestion, _question_title, "public-question", related=("organisation",)
    ),
    "alliance.supporter": _links(Supporter, _name, "supporter"),
    "alliance.supporterimport": _links(SupporterImport, _name, "supporter-import", rule="supporter.import"),
    "portal.document": _document_links,
    "portal.filecase": _file_links,
    "portal.filedamage": _damage_links,
    "portal.publication": _publication_links,
}

TARGET_NAMES = {
    "portal": _("Portal"),
    "organisation": _("Organisation"),
    "application": _("Application"),
    "membershipapplication": _("Application"),
    "service": _("Service"),
    "membership": _("Membership"),
    "invitation": _("Invitation"),
    "person": _("Person"),
    "identity_provider": _("Identity provider"),
    "identityprovider": _("Identity provider"),
    "email_domain": _("E-mail domain"),
    "emaildomain": _("E-mail domain"),
    "charter": _("Charter"),
    "accession": _("Accession"),
    "pledge": _("Pledge"),
    "cycle": _("Cycle"),
    "report": _("Report"),
    "delegation": _("Section of a report"),
    "measure_comment": _("Message to colleagues"),
    "measurecomment": _("Message to colleagues"),
    "correction": _("Correction"),
    "withdrawal": _("Withdrawal"),
    "extension_request": _("Request for more time"),
    "extensionrequest": _("Request for more time"),
    "second_reading": _("Second reading"),
    "secondreading": _("Second reading"),
    "interest": _("Interest"),
    "declaredinterest": _("Interest"),
    "question": _("Question"),
    "finding": _("Finding"),
    "note": _("Internal note"),
    "internalnote": _("Internal note"),
    "verdict": _("Verdict"),
    "evidence": _("Evidence"),
    "report_upload": _("File with answers"),
    "reportupload": _("File with answers"),
    "reference": _("Independent counts"),
    "referenceload": _("Independent counts"),
    "subscription": _("Subscription to a part of the record"),
    "supporter": _("Supporter"),
    "supporter_import": _("Import of supporters"),
    "supporterimport": _("Import of supporters"),
    "invited_comment": _("Invited comment"),
    "invitedcomment": _("Invited comment"),
    "public_question": _("Question of the public"),
    "publicquestion": _("Question of the public"),
    "charter_upload": _("Charter file"),
    "charterupload": _("Charter file"),
    "member_letter": _("Letter to a member"),
    "memberletter": _("Letter to a member"),
    "objection": _("Objection"),
    "signatureobjection": _("Objection"),
    "site": _("Settings"),
    "sitetext": _("Text of the portal"),
    "mailtest": _("Test e-mail"),
    "agreement": _("Agreement"),
    "token": _("Token"),
    "client": _("OAuth client"),
    "apitoken": _("Token"),
    "calendar_address": _("Address of a calendar"),
    "calendaraddress": _("Address of a calendar"),
    "table_mapping": _("Mapping of a table"),
    "tablemapping": _("Mapping of a table"),
}
