"""The tables of the practices app, one module for each subject; what bears a label is `Labelled`.

They hold no rules and no steps: `access`, `rules`, `workflows`, `services`.
"""

from practices.models.adoptions import Adoption, AdoptionResult, AdoptionStep
from practices.models.affiliations import Affiliation
from practices.models.audiences import GroupMembership, LabelPolicy, WorkingGroup
from practices.models.changes import PracticeChange
from practices.models.discussion import (
    DiscussionSubject,
    Follow,
    Post,
    Reaction,
    SavedSearch,
    Thanks,
    subject_field,
)
from practices.models.feed_addresses import FeedAddress
from practices.models.imports import ArchiveEntry, ImportedFile, PracticeImport
from practices.models.openings import Opening
from practices.models.practices import Author, Practice, Relation
from practices.models.projections import PublishedPractice
from practices.models.requests import Offer, Request, RequestHistory
from practices.models.runs import ModelRun
from practices.models.search import SearchEntry, SearchWord
from practices.models.translations import Translation
from practices.models.versions import AccessLog, Attachment, Draft, FieldHistory, Version

__all__ = [
    "AccessLog",
    "Adoption",
    "AdoptionResult",
    "AdoptionStep",
    "Affiliation",
    "ArchiveEntry",
    "Attachment",
    "Author",
    "DiscussionSubject",
    "Draft",
    "FeedAddress",
    "FieldHistory",
    "Follow",
    "GroupMembership",
    "ImportedFile",
    "LabelPolicy",
    "ModelRun",
    "Offer",
    "Opening",
    "Post",
    "Practice",
    "PracticeChange",
    "PracticeImport",
    "PublishedPractice",
    "Reaction",
    "Relation",
    "Request",
    "RequestHistory",
    "SavedSearch",
    "SearchEntry",
    "SearchWord",
    "Thanks",
    "Translation",
    "Version",
    "WorkingGroup",
    "subject_field",
]
