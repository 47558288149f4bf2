"""The tables that the database writes itself, but the figures: verdicts, reports, replies, counts, publications."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, Exists, Expression, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from alliance.enums import Standing, VerdictValue
from alliance.models import (
    PublishedReport,
    PublishedResponse,
    PublishedVerdict,
    ReferenceCount,
    WithdrawnPublication,
)
from alliance.queries.public.commitment_places import CommitmentPlaces, commitment_places
from alliance.queries.public.data_tables.columns import (
    DataColumn,
    DataScope,
    DataTable,
    DateText,
    DecimalText,
    FlagText,
    FreeText,
    IntegerText,
    MomentText,
    Text,
    by_text,
    ready_cells,
)
from alliance.queries.public.data_tables.shared_columns import (
    CHARTER,
    CHARTER_VERSION,
    CORRECTED_IN,
    CYCLE,
    DATE,
    DECIMAL,
    ENDS_ON,
    FLAG,
    INTEGER,
    LANGUAGE,
    MEMBER,
    MOMENT,
    PUBLICATION,
    STARTS_ON,
)
from alliance.queries.public.replies import replies_before_corrections
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication

# --- Verdicts, reports, replies ----------------------------------------------------------------

_VERDICT_COLUMNS = (
    MEMBER,
    CYCLE,
    DataColumn("commitment", _("Key of the commitment"), "find", empty=_("beyond the charter")),
    DataColumn("measure", _("Key of the measure"), "search", empty=_("for the whole commitment")),
    DataColumn("pledge", _("The pledge beyond the charter that it is about"), "", empty=_("unless beyond it")),
    DataColumn("value", _("The verdict of the secretariat"), "complete", choices=VerdictValue.values),
    DataColumn(
        "reason", _("Why, in the secretariat’s words"), "Counted in full.", empty=_("unless given"), is_free=True,
    ),
    DataColumn("difference", _("What differs from the report"), "", empty=_("unless given"), is_free=True),
    LANGUAGE,
    DataColumn("given_at", _("When it was given, UTC"), "2026-09-28T09:00:00Z", MOMENT),
    CORRECTED_IN,
    DataColumn("value_before", _("The verdict before the last correction"), "limited", empty=_("unless corrected")),
    PUBLICATION,
)  # fmt: skip
_BY_PLACE = {"member": "organisation__slug", "cycle": "cycle__slug"}


def _in_reports(scope: DataScope, about: Callable[[CommitmentPlaces], Q]) -> Q:
    """The rows of reports in the scope: those `about` a commitment under each key that it has had."""
    condition = Q(**scope.lookups(_BY_PLACE))
    return condition & about(commitment_places(scope.commitment)) if scope.commitment else condition


def _verdicts(scope: DataScope) -> QuerySet[Any]:
    rows = PublishedVerdict.objects.current().filter(_in_reports(scope, CommitmentPlaces.reported))
    cells: dict[str, Expression | F] = {
        "member": F("organisation__slug"),
        "cycle": F("cycle__slug"),
        "commitment": Text("commitment_key"),
        "measure": Text("measure_key"),
        "pledge": Text("pledge_record"),
        "value": F("value"),
        "reason": FreeText("reason"),
        "difference": FreeText("difference"),
        "language": Text("language"),
        "given_at": MomentText("given_at"),
        "corrected_in": IntegerText("corrected_in"),
        "value_before": KT("was__value"),
        "publication": IntegerText("valid_from"),
    }
    places = ("organisation__slug", "cycle__slug", "commitment_key", "measure_key")
    return ready_cells(rows, cells, [*map(by_text, places), F("pledge_record").asc(nulls_first=True)])


_FILINGS = tuple(each.value for each in (Standing.FILED, Standing.LATE, Standing.NOT_FILED, Standing.EXEMPT))
_REPORT_COLUMNS = (
    MEMBER,
    CYCLE,
    STARTS_ON,
    ENDS_ON,
    DataColumn("due_on", _("The last day to file it"), "2026-08-31", DATE, _("where there was none")),
    CHARTER,
    CHARTER_VERSION,
    DataColumn(
        "signed_version", _("Version that the member has signed, where that is an earlier one"), "1", INTEGER,
        _("unless earlier"),
    ),
    DataColumn(
        "standing", _("What became of the report"), "filed",
        choices=(*_FILINGS, Standing.WITHDRAWN.value),
    ),
    DataColumn("reason", _("Why the member is exempt"), "", empty=_("unless exempt"), is_free=True),
    DataColumn("submitted_at", _("When it was filed, UTC"), "2026-08-20T12:00:00Z", MOMENT, _("unless filed")),
    DataColumn("submission_sha256", _("Digest of what was filed"), "e4c07b5d…", empty=_("unless filed")),
    CORRECTED_IN,
    DataColumn(
        "standing_before", _("What was said to have become of it before the last correction"), "not_filed",
        choices=_FILINGS, empty=_("unless corrected"),
    ),
    DataColumn(
        "reason_before", _("Why the member was exempt, before the last correction"), "", empty=_("unless corrected"),
        is_free=True,
    ),
    PUBLICATION,
)  # fmt: skip


def _reports(scope: DataScope) -> QuerySet[Any]:
    # of a withdrawn report nothing stands but that it is: its row says which publication withdrew it
    withdrawn = WithdrawnPublication.objects.current().filter(
        type__in=("report", "report_notice"),
        record=Concat(
            OuterRef("organisation__slug"), Value("/"), OuterRef("cycle__slug"), output_field=TextField()
        ),
        valid_from=OuterRef("valid_to"),
    )
    # a notice that was withdrawn has none once a report was published in its place
    later = PublishedReport.objects.filter(
        organisation=OuterRef("organisation"), cycle=OuterRef("cycle"), valid_from__gt=OuterRef("valid_to")
    )
    is_last_withdrawn = Q(Exists(withdrawn), ~Exists(later))
    rows = PublishedReport.objects.filter(Q(valid_to=None) | is_last_withdrawn, **scope.lookups(_BY_PLACE))
    cells: dict[str, Expression | F] = {
        "member": F("organisation__slug"),
        "cycle": F("cycle__slug"),
        "starts_on": DateText("cycle__starts_on"),
        "ends_on": DateText("cycle__ends_on"),
        "due_on": DateText("cycle__due_on"),
        "charter": F("cycle__charter__key"),
        "charter_version": IntegerText("cycle__charter__version"),
        "signed_version": IntegerText("earlier_version"),
        "standing": Case(
            When(valid_to__isnull=False, then=Value(Standing.WITHDRAWN.value)),
            When(notice__gt="", then=F("notice")),
            When(late=True, then=Value("late")),
            default=Value("filed"),
            output_field=TextField(),
        ),
        "reason": _unless_withdrawn(FreeText("reason")),
        "submitted_at": _unless_withdrawn(MomentText("submitted_at")),
        "submission_sha256": _unless_withdrawn(Text("submission_sha256")),
        "corrected_in": _unless_withdrawn(IntegerText("corrected_in")),
        "standing_before": _unless_withdrawn(Text(KT("was__standing"))),
        "reason_before": _unless_withdrawn(FreeText(KT("was__reason"))),
        "publication": IntegerText(Coalesce("valid_to", "valid_from")),
    }
    return ready_cells(rows, cells, [by_text("organisation__slug"), by_text("cycle__slug")])


def _unless_withdrawn(cell: Expression) -> Expression:
    return Case(When(valid_to__isnull=True, then=cell), default=Value(None), output_field=TextField())


_REPLY_COLUMNS = (
    MEMBER,
    CYCLE,
    DataColumn("commitment", _("Key of the commitment"), "find", empty=_("for all verdicts together")),
    DataColumn("text", _("The whole reply"), "We count differently.", is_free=True),
    LANGUAGE,
    DataColumn("signed_at", _("When it was signed, UTC"), "2026-09-30T09:00:00Z", MOMENT),
    DataColumn(
        "before_correction",
        _("Number of the publication that corrected a verdict that it answers after it was signed"),
        "101", INTEGER, _("unless corrected since"),
    ),
    DataColumn(
        "before_reopening",
        _("Whether it was signed before the review was reopened, to a verdict that is another one now"), "false", FLAG,
    ),
    CORRECTED_IN,
    DataColumn("text_before", _("The reply before the last correction"), "", empty=_("unless corrected"), is_free=True),
    PUBLICATION,
)  # fmt: skip


def _replies(scope: DataScope) -> QuerySet[Any]:
    rows = PublishedResponse.objects.current().filter(_in_reports(scope, CommitmentPlaces.replies))
    cells: dict[str, Expression | F] = {
        "member": F("organisation__slug"),
        "cycle": F("cycle__slug"),
        "commitment": Text("commitment_key"),
        "text": FreeText("text"),
        "language": Text("language"),
        "signed_at": MomentText("signed_at"),
        "before_correction": _number_by_row(replies_before_corrections(rows)),
        "before_reopening": FlagText(F("is_before_reopening")),
        "corrected_in": IntegerText("corrected_in"),
        "text_before": FreeText(KT("was__text")),
        "publication": IntegerText("valid_from"),
    }
    return ready_cells(rows, cells, [by_text(name) for name in (*_BY_PLACE.values(), "commitment_key")])


def _number_by_row(numbers: Mapping[int, int]) -> Expression:
    """The number that a row has in `numbers`; nothing for one that is not in it."""
    rows: dict[int, list[int]] = {}
    for pk, number in numbers.items():
        rows.setdefault(number, []).append(pk)
    cases = [When(pk__in=pks, then=Value(str(number))) for number, pks in sorted(rows.items())]
    return Case(*cases, default=Value(None), output_field=TextField())


# --- What others counted, and the record -------------------------------------------------------

_COUNT_COLUMNS = (
    MEMBER,
    DataColumn("service", _("Slug of the service"), "aurora-live", empty=_("for the whole organisation")),
    DataColumn("indicator", _("Permanent key of the indicator; never reused"), "reports-received"),
    DataColumn("cell", _("Part of a breakdown"), "harm=bullying", empty=_("for the whole of the indicator")),
    STARTS_ON,
    ENDS_ON,
    DataColumn("observer", _("Who counted"), "Hotline", is_free=True),
    DataColumn("value", _("The number that they counted"), "1200", DECIMAL),
    DataColumn("source", _("Where it was published"), "https://…", is_free=True, empty=_("unless given")),
    DataColumn("load_sha256", _("Digest of the file that was loaded, as its publication names it"), "e4c07b5d…"),
)  # fmt: skip


def _counts(scope: DataScope) -> QuerySet[Any]:
    rows = ReferenceCount.objects.visible_to(ANYONE).filter(
        replaced_by__isnull=True, **scope.lookups({"member": "organisation__slug"})
    )
    cells: dict[str, Expression | F] = {
        "member": F("organisation__slug"),
        "service": Text("service__slug"),
        "indicator": F("indicator_key"),
        "cell": Text("cell"),
        "starts_on": DateText("starts_on"),
        "ends_on": DateText("ends_on"),
        "observer": FreeText("observer"),
        "value": DecimalText("value"),
        "source": FreeText("source"),
        "load_sha256": F("load__sha256"),
    }
    order = [by_text(name) for name in ("organisation__slug", "service__slug", "indicator_key", "cell")]
    return ready_cells(rows, cells, [*order, "starts_on", "ends_on", by_text("observer")])


_PUBLICATION_COLUMNS = (
    DataColumn("number", _("Number in the record, without gaps"), "101", INTEGER),
    DataColumn("type", _("What was published"), "report"),
    DataColumn("record", _("What it is a revision of"), "aurora-video/2026-h1"),
    DataColumn("revision", _("Which revision of it"), "2", INTEGER),
    DataColumn("previous", _("Number of the revision before"), "86", INTEGER, _("for the first revision")),
    DataColumn("published_at", _("When it was published, UTC"), "2026-10-12T09:00:00Z", MOMENT),
    DataColumn("title_en", _("Title in English"), "Aurora Video, 2026 H1", empty=_("unless given"), is_free=True),
    DataColumn("title_ru", _("Title in Russian"), "Aurora Video, 2026 H1", empty=_("unless given"), is_free=True),
    DataColumn("withdrawn", _("Whether its record is withdrawn now"), "false", FLAG),
    DataColumn("sha256", _("Digest of its exact bytes"), "e4c07b5d…"),
    DataColumn("link", _("Its link of the chain: digest of the link before it and of `sha256`"), "91ab44c0…"),
)  # fmt: skip


def _publications(scope: DataScope) -> QuerySet[Any]:
    del scope
    withdrawn = WithdrawnPublication.objects.current().filter(
        type=OuterRef("type"), record=OuterRef("record")
    )
    rows = Publication.objects.alias(en=KT("title__en"), ru=KT("title__ru"), is_withdrawn=Exists(withdrawn))
    cells: dict[str, Expression | F] = {
        "number": IntegerText("number"),
        "type": F("type"),
        "record": F("record"),
        "revision": IntegerText("revision"),
        "previous": IntegerText("previous_id"),
        "published_at": MomentText("published_at"),
        "title_en": FreeText("en"),
        "title_ru": FreeText("ru"),
        "withdrawn": FlagText(F("is_withdrawn")),
        "sha256": F("sha256"),
        "link": F("link"),
    }
    return ready_cells(rows, cells, ["number"])


VERDICTS = DataTable(
    "verdicts",
    _("One verdict on a measure, a commitment or a pledge, with its reason"),
    _VERDICT_COLUMNS,
    ("member", "cycle", "commitment", "measure", "pledge"),
    _verdicts,
)
REPORTS = DataTable(
    "reports",
    _("One report that was due: filed, late, not filed, exempt, withdrawn"),
    _REPORT_COLUMNS,
    ("member", "cycle"),
    _reports,
)
REPLIES = DataTable(
    "replies",
    _("One reply of a member, whole text, language"),
    _REPLY_COLUMNS,
    ("member", "cycle", "commitment"),
    _replies,
)
COUNTED_BY_OTHERS = DataTable(
    "counted-by-others",
    _("One count by a hotline or a regulator beside a member’s"),
    _COUNT_COLUMNS,
    ("member", "service", "indicator", "cell", "starts_on", "ends_on", "observer"),
    _counts,
)
PUBLICATIONS = DataTable(
    "publications",
    _("One publication of the record: number, kind, time, digest"),
    _PUBLICATION_COLUMNS,
    ("number",),
    _publications,
)
