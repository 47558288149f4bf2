"""Retention rules of the practices app."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.kernel.privacy import RetentionRule
from practices.models import FeedAddress, FieldHistory, PracticeChange, PracticeImport, RequestHistory

_WORDINGS_RETENTION = timedelta(days=2 * 365)
_IMPORT_RETENTION = timedelta(days=365)
_ADDRESS_RETENTION = timedelta(days=365)


RETENTION_RULES = (
    RetentionRule(
        "imports", _("Import reports"), _("1 year after its files were removed; the files themselves 7 days at most"),
        _("The person who imported can see the result."),
        (lambda now: PracticeImport.objects.filter(discarded_at__lt=now - _IMPORT_RETENTION),),
        models=("practices.ImportedFile",),
    ),
    RetentionRule(
        "practice-wordings", _("Earlier wordings of working copies of practices"), _("2 years"),
        _("Editors can see who wrote what. Versions that were shared are kept separately."),
        (lambda now: FieldHistory.objects.filter(written_at__lt=now - _WORDINGS_RETENTION),),
    ),
    RetentionRule(
        "request-wordings", _("Earlier versions of requests"), _("2 years"),
        _("Editors can see who changed a request, and what it said before."),
        (lambda now: RequestHistory.objects.filter(written_at__lt=now - _WORDINGS_RETENTION),),
    ),
    RetentionRule(
        "practice-changes", _("Feed of changes of practices, for programs"), _("2 years"),
        _("A program goes on from where it was. Numbers only; what a practice says stands in it."),
        (lambda now: PracticeChange.objects.filter(at__lt=now - _WORDINGS_RETENTION),),
    ),
    RetentionRule(
        "feed-addresses", _("Addresses of feeds of practices (digests)"),
        _("until the person replaces or turns it off, 1 year after the membership has ended at the latest"),
        _("With it a program of feeds reads what is new."),
        (lambda now: FeedAddress.objects.filter(membership__ended_at__lt=now - _ADDRESS_RETENTION),),
    ),
    RetentionRule(
        "practices", _("Practices, their versions and discussions"), _("indefinitely"),
        _("Readers can trace what was shared. A practice is recalled or retired, not removed."),
        models=(
            "practices.Practice", "practices.Author", "practices.Draft", "practices.Version", "practices.Attachment",
            "practices.Relation", "practices.Post", "practices.Reaction", "practices.PublishedPractice",
            "practices.Thanks", "practices.Translation", "practices.ModelRun", "practices.Opening",
            "practices.SearchEntry", "practices.SearchWord",
        ),
    ),
    RetentionRule(
        "uses", _("Uses of practices and their results"), _("indefinitely"),
        _("It takes years to see whether a practice helps. Each use has its own readers."),
        models=("practices.Adoption", "practices.AdoptionStep", "practices.AdoptionResult"),
    ),
    RetentionRule(
        "requests-groups", _("Requests and offers, working groups and their members"), _("indefinitely"),
        _("Later readers can see what was asked and who answered."),
        models=("practices.Request", "practices.Offer", "practices.WorkingGroup", "practices.GroupMembership"),
    ),
    RetentionRule(
        "affiliations", _("Affiliations: who proposed, confirmed and ended them"), _("indefinitely"),
        _("A source can see later who read its practices as whose affiliate."),
        models=("practices.Affiliation",),
    ),
    RetentionRule(
        "labels", _("Labels that staff may use"),
        _("until the organisation changes them"), _("They decide what staff may share, and how."),
        models=("practices.LabelPolicy",),
    ),
    RetentionRule(
        "wishes", _("Followed items and saved searches"), _("until the person removes them or their data is erased"),
        _("To notify the person of news."), models=("practices.Follow", "practices.SavedSearch"),
    ),
    RetentionRule(
        "access-log", _("Who opened a practice that is not for everybody"), _("indefinitely"),
        _("The source sees who has read it, and a recall reaches all of them."),
        models=("practices.AccessLog",),
    ),
    RetentionRule(
        "archive-contents", _("Practices in a created archive"),
        _("as long as the archive"), _(
            "The archive is available only while the person may read all of them."
        ),
        models=("practices.ArchiveEntry",),
    ),
)  # fmt: skip
