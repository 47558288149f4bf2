"""The page of what a document is about: the way back to where it was asked for."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.models import Charter, Cycle, Organisation, Report
from alliance.queries.documents import REPORT_KINDS
from alliance.queries.own_archives import OWN_ARCHIVE
from alliance.queries.personal_archives import PERSONAL_DATA_KIND
from alliance.services.documents import (
    BILINGUAL_FORM,
    CHARTER_DRAFT_DIFFERENCE,
    CYCLE_DRAFT_SUMMARY,
    CYCLE_WORKING,
    FORM,
    MEMBER_ARCHIVE,
)
from alliance.services.public_documents import report_kind
from alliance.web.area import area_of
from portal.kernel.access import Actor
from portal.kernel.documents import Document, kind_label

_FORMS = (report_kind(FORM, "xlsx"), report_kind(BILINGUAL_FORM, "xlsx"))


class SubjectPage(NamedTuple):
    """What a document is about, in words, and its page; of a form also where it is uploaded, once it is filled in."""

    title: str
    url: str
    upload_url: str = ""


def subject_page(actor: Actor, document: Document) -> SubjectPage | None:
    """The page of the subject of a document that was built for the actor, where they may still see it. One query.

    None of one that is everybody's: that is linked from the public page which it is of.
    """
    if document.is_for_everybody or not actor.is_person:
        return None
    target = document.target_id
    if document.kind.startswith(REPORT_KINDS):
        rows = Report.objects.visible_to(actor).filter(pk=target)
        return _report(actor, rows, is_form=document.kind in _FORMS)
    if document.kind in (CYCLE_WORKING, CYCLE_DRAFT_SUMMARY):
        cycle = Cycle.objects.visible_to(actor).filter(pk=target).first()
        url = reverse("secretariat:cycle", args=[cycle.slug]) if cycle else ""
        return SubjectPage(str(capfirst(cycle.title)), url) if cycle else None
    if document.kind == MEMBER_ARCHIVE:
        member = Organisation.objects.visible_to(actor).filter(pk=target).first()
        return SubjectPage(member.name, reverse("secretariat:member", args=[member.pk])) if member else None
    if document.kind == CHARTER_DRAFT_DIFFERENCE:
        charter = Charter.objects.visible_to(actor).filter(pk=target).first()
        args = [charter.key, charter.version] if charter else []
        return SubjectPage(charter.title, reverse("secretariat:charter", args=args)) if charter else None
    names = {OWN_ARCHIVE: "workspace:organisation-archive", PERSONAL_DATA_KIND: "personal-data"}
    name = names.get(document.kind)
    return SubjectPage(kind_label(document.kind), reverse(name)) if name else None


def _report(actor: Actor, rows: QuerySet[Report], *, is_form: bool) -> SubjectPage | None:
    report = rows.select_related("cycle", "organisation").first()
    if report is None:
        return None
    area = area_of(actor)
    if actor.is_host:
        return SubjectPage(f"{report.organisation.name}, {report.cycle.title}", area.url("review", report.pk))
    title = _("Report for %(cycle)s") % {"cycle": report.cycle.title}
    upload_url = area.url("report-spreadsheet", report.pk) if is_form else ""
    return SubjectPage(title, area.url("report", report.pk), upload_url)
