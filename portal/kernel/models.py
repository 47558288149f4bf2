"""The models of every package, for Django alone: code imports a model from its package."""

from portal.kernel.documents.models import Document
from portal.kernel.files.models import CaseNote, FileCase, FileDamage, Scrub
from portal.kernel.idempotency.models import FormToken, IdempotencyKey
from portal.kernel.jobs.models import Job
from portal.kernel.journal.models import Event
from portal.kernel.limits.models import LimitCount
from portal.kernel.monitoring.models import BackupRun, Heartbeat, Restoration
from portal.kernel.notices.models import Delivery, Digest, NoticePreference
from portal.kernel.publishing.models import ChainCheck, Publication, PublicRevision
from portal.kernel.search.models import SearchDocument, SpelledWord, SynonymGroup
from portal.kernel.webhooks.models import Webhook, WebhookDelivery

__all__ = [
    "BackupRun",
    "CaseNote",
    "ChainCheck",
    "Delivery",
    "Digest",
    "Document",
    "Event",
    "FileCase",
    "FileDamage",
    "FormToken",
    "Heartbeat",
    "IdempotencyKey",
    "Job",
    "LimitCount",
    "NoticePreference",
    "PublicRevision",
    "Publication",
    "Restoration",
    "Scrub",
    "SearchDocument",
    "SpelledWord",
    "SynonymGroup",
    "Webhook",
    "WebhookDelivery",
]
