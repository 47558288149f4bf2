"""What the kernel keeps: events, jobs, deliveries, digests, documents, publications, cases of files, answers."""

from portal.kernel.models.answers import KeptAnswer
from portal.kernel.models.deliveries import Channel, Delivery, DeliveryState
from portal.kernel.models.digests import Digest, NoticePreference, Pace
from portal.kernel.models.documents import Document, DocumentState
from portal.kernel.models.events import Event
from portal.kernel.models.files import WITHHELD, CaseNote, Concern, FileCase, FileState
from portal.kernel.models.jobs import OF_MANY, Job, JobState, Outcome
from portal.kernel.models.once import HandledRequest
from portal.kernel.models.publications import Projection, ProjectionQuerySet, Publication, PublicRevision
from portal.kernel.models.running import Heartbeat, ProcessKind, Restoration

__all__ = [
    "OF_MANY",
    "WITHHELD",
    "CaseNote",
    "Channel",
    "Concern",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Document",
    "DocumentState",
    "Event",
    "FileCase",
    "FileState",
    "HandledRequest",
    "Heartbeat",
    "Job",
    "JobState",
    "KeptAnswer",
    "NoticePreference",
    "Outcome",
    "Pace",
    "ProcessKind",
    "Projection",
    "ProjectionQuerySet",
    "PublicRevision",
    "Publication",
    "Restoration",
]
