"""The tables of the first floor."""

from practices.models.adoptions import Adoption, AdoptionResult, AdoptionStep
from practices.models.circles import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from practices.models.discussion import Follow, Post, Reaction, SavedSearch, Thing, place_of
from practices.models.entries import Entry, Word
from practices.models.imports import ArchiveEntry, ImportedFile, PracticeImport
from practices.models.practices import Author, Practice, Relation
from practices.models.projections import PublishedPractice
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
    "Entry",
    "Follow",
    "GroupMembership",
    "ImportedFile",
    "LabelPolicy",
    "Offer",
    "Opening",
    "Post",
    "Practice",
    "PracticeImport",
    "PublishedPractice",
    "Reaction",
    "Relation",
    "Request",
    "SavedSearch",
    "Thing",
    "Version",
    "Word",
    "WorkingGroup",
    "place_of",
]
