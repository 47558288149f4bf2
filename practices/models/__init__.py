"""The tables of the first floor."""

from practices.models.adoptions import Adoption, AdoptionResult, AdoptionStep
from practices.models.circles import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from practices.models.discussion import Follow, Post, Reaction, SavedSearch
from practices.models.imports import ArchiveEntry, ImportedFile, PracticeImport
from practices.models.practices import Author, Practice, Relation
from practices.models.requests import Offer, Request
from practices.models.versions import Attachment, Draft, Opening, Version

__all__ = [
    "Adoption",
    "AdoptionResult",
    "AdoptionStep",
    "Affiliation",
    "ArchiveEntry",
    "Attachment",
    "Author",
    "Draft",
    "Follow",
    "GroupMembership",
    "ImportedFile",
    "LabelPolicy",
    "Offer",
    "Opening",
    "Post",
    "Practice",
    "PracticeImport",
    "Reaction",
    "Relation",
    "Request",
    "SavedSearch",
    "Version",
    "WorkingGroup",
]
