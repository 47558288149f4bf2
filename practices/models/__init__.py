"""The tables of the first floor."""

from practices.models.circles import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from practices.models.practices import Author, Draft, Opening, Practice, Version
from practices.models.projections import PublishedPractice

__all__ = [
    "Affiliation",
    "Author",
    "Draft",
    "GroupMembership",
    "LabelPolicy",
    "Opening",
    "Practice",
    "PublishedPractice",
    "Version",
    "WorkingGroup",
]
