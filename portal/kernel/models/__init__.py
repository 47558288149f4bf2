"""What the kernel keeps: events, jobs, deliveries, documents, publications, answers to repeated requests."""

from portal.kernel.models.deliveries import Channel, Delivery, DeliveryState
from portal.kernel.models.documents import Document, DocumentState
from portal.kernel.models.events import Event
from portal.kernel.models.jobs import Job, JobState
from portal.kernel.models.once import HandledRequest
from portal.kernel.models.publications import Projection, ProjectionQuerySet, Publication, PublicRevision
from portal.kernel.models.running import Heartbeat, ProcessKind, Restoration

__all__ = [
    "Channel",
    "Delivery",
    "DeliveryState",
    "Document",
    "DocumentState",
    "Event",
    "HandledRequest",
    "Heartbeat",
    "Job",
    "JobState",
    "ProcessKind",
    "Projection",
    "ProjectionQuerySet",
    "PublicRevision",
    "Publication",
    "Restoration",
]
