"""The tables of the first floor."""

from practices.models.adoptions import Adoption, AdoptionResult, AdoptionStep
from practices.models.circles import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from practices.models.discussion import Follow, Post, Reaction, SavedSearch
from practices.models.practices import Author, Practice, Relation
from practices.models.projections import PublishedPractice
from practices.models.requests import Offer, Request
from practices.models.versions import Attachment, Draft, Opening, Version

__all__ = [
    "Adoption",
    "AdoptionResult",
    "AdoptionStep",
    "Affiliation",
    "Attachment",
    "Author",
    "Draft",
    "Follow",
    "GroupMembership",
    "LabelPolicy",
    "Offer",
    "Opening",
    "Post",
    "Practice",
    "PublishedPractice",
    "Reaction",
    "Relation",
    "Request",
    "SavedSearch",
    "Version",
    "WorkingGroup",
]
