"""The brief of a practice: its requester's access is checked when it is built and at each download."""

from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, Value
from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.pledges import own_organisation
from alliance.queries.site import load_site
from alliance.services.site import document_logo
from portal.kernel import clock
from portal.kernel.access import Actor, person_of
from portal.kernel.documents import Built, Document, Progress, build_pdf
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date, to_print
from practices.audiences import HANDLING_TEXTS
from practices.documents.brief_model import Brief, BriefGroup
from practices.documents.brief_texts import blocks_of, brief_field, field_text, number_text
from practices.enums import Label
from practices.fields import FIELDS_BY_KEY, GROUP_TITLES, FieldGroup, fields_of
from practices.models import Practice
from practices.queries.exports import Export, export_of, file_stem
from practices.services.access_log import log_access
from practices.services.documents import LABEL_IN_KEY

_TYPESETTING = 25  # per cent
# on the first page, before the groups
_HEADER_FIELDS = ("title", "kind", "stage", "summary", "grade", "licence", "permitted_use", "attribution")
_RESULT_FIELDS = ("precision", "recall", "false_positive_rate", "sample_size")


# --- Who may have it -------------------------------------------------------------------------


def visible_briefs(actor: Actor) -> Q:
    """Briefs of practices that the actor sees now, under the label that stands on their pages."""
    label = Func(OuterRef("cache_key"), Value(":"), Value(LABEL_IN_KEY), function="split_part")
    return Q(Exists(Practice.objects.visible_to(actor).filter(pk=OuterRef("target_id"), label=label)))


def log_brief_download(actor: Actor, document: Document) -> None:
    """Taking the file counts as an access."""
    practice = Practice.objects.visible_to(actor).filter(pk=document.target_id).first()
    if practice is not None:
        log_access(actor, practice, "pdf")


# --- What it says ----------------------------------------------------------------------------


def collect(actor: Actor, document: Document) -> Brief:
    """The practice `target_id` as this actor may read it now; refuses who may not see it any more."""
    rows = Practice.objects.visible_to(actor).select_related("organisation")
    practice = rows.prefetch_related("authors__person").filter(pk=document.target_id).first()
    if practice is None:
        raise DomainError(_("You can no longer read this practice."))
    if practice.label != label_of_key(document):
        raise DomainError(_("The label of the practice has changed. Request the document again."))
    return _brief(actor, export_of(actor, practice), document.language)


def label_of_key(document: Document) -> str:
    """The label under which the document was asked for."""
    return str(document.cache_key).split(":")[LABEL_IN_KEY - 1]


def _brief(actor: Actor, export: Export, language: str) -> Brief:
    content, practice, site = export.content, export.practice, load_site()
    label = Label(practice.label)
    values = {"version": export.number, "day": format_date(export.document_date)}
    revision = _("Version %(version)s, %(day)s") % values if export.number else _("Working copy, not shared")
    kind_and_stage = [
        field_text(FIELDS_BY_KEY[key], content[key]) for key in ("kind", "stage") if content.get(key)
    ]
    return Brief(
        language=language,
        title=to_print(content.get("title", "")) or _("A practice without a title"),
        file_name=f"{file_stem(export)}-{language}.pdf",
        document_date=export.document_date,
        label=str(label.label),
        site_name=to_print(site.short_name or site.name),
        revision=revision,
        source=f"{_('Source')}: {to_print(export.source)}" if export.source else "",
        made_for=_recipient_text(actor),
        kicker=" · ".join([_("Practice brief"), *kind_and_stage]),
        handling=str(HANDLING_TEXTS[label]),
        facts=_facts(export),
        summary=blocks_of(content.get("summary", "")),
        groups=[brief_group for group in FieldGroup if (brief_group := _group(group, content))],
        logo=document_logo(),
    )


def _recipient_text(actor: Actor) -> str:
    """Whose copy it is: passing it on passes on their name."""
    values = {
        "person": to_print(Person.objects.visible_to(actor).get(pk=person_of(actor)).name),
        "organisation": to_print(own_organisation(actor).name),
        "day": format_date(clock.now()),
    }
    return _("Copy for %(person)s, %(organisation)s, %(day)s") % values


def _facts(export: Export) -> list[tuple[str, str]]:
    content, practice = export.content, export.practice
    authors = ", ".join(to_print(author.person.name) for author in practice.authors.all())
    facts = [
        (_("Source"), to_print(export.source)),
        (_("Authors"), authors if export.source else ""),
        (_("What changed"), to_print(export.note)),
        (_("Valid until"), format_date(practice.expires_on)),
    ]
    facts += [
        (to_print(str(FIELDS_BY_KEY[key].title)), field_text(FIELDS_BY_KEY[key], content[key]))
        for key in ("grade", "permitted_use", "attribution", "licence")
        if content.get(key)
    ]
    return [(name, fact) for name, fact in facts if fact]


def _group(group: FieldGroup, content: Any) -> BriefGroup | None:
    """The group's filled fields that are not in the header; None when there are none."""
    fields = [
        field for field in fields_of(group) if content.get(field.key) and field.key not in _HEADER_FIELDS
    ]
    if not fields:
        return None
    return BriefGroup(
        title=to_print(str(GROUP_TITLES[group])),
        figures=[
            (number_text(content[field.key]), to_print(str(field.title)))
            for field in fields
            if field.key in _RESULT_FIELDS
        ],
        fields=[
            brief_field(field, content[field.key]) for field in fields if field.key not in _RESULT_FIELDS
        ],
    )


# --- On paper --------------------------------------------------------------------------------


def render(brief: Brief, progress: Progress) -> Built:
    """Typeset the brief. Raises DomainError where the compiler refuses it."""
    return build_pdf(
        brief,
        "practice.typ",
        _layout(brief),
        progress,
        begin=_TYPESETTING,
        assets={brief.logo.file: brief.logo.content} if brief.logo else {},
    )


def _layout(brief: Brief) -> dict[str, Any]:
    """What the template reads, and the words between its parts."""
    groups = [
        {
            "title": group.title,
            "figures": group.figures,
            "parts": [{"title": part.title, **part.content} for part in group.fields],
        }
        for group in brief.groups
    ]
    names = ("label", "site_name", "revision", "source", "made_for", "kicker", "handling", "facts", "summary")
    words = {"of": _("of"), "what": _("What was measured"), "before": _("Before"), "after": _("After")}
    logo = brief.logo and brief.logo.file
    return {name: getattr(brief, name) for name in names} | {"groups": groups, "words": words, "logo": logo}
