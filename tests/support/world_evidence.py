"""Evidence of the small alliance: files that are really in the storage, and the citation of a practice."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from alliance.models import Evidence, Measure, Report
from alliance.services.evidence import evidence_path
from tests.support.canaries import canary

UrlKwargs = dict[str, Any]


def make_evidence(report: Report, measure: Measure, name: str, **others: Any) -> Evidence:
    """A file that is really in the storage."""
    sha256 = store(canary(f"{name}-content").encode())
    values = {
        "kind": "file", "title": canary(f"{name}-title"), "file_name": f"{canary(name)}.csv",
        "media_type": "text/csv", "size": 8, "sha256": sha256, "file": evidence_path(sha256), **others,
    }  # fmt: skip
    return Evidence.objects.create(report=report, organisation=report.organisation, measure=measure, **values)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def store(content: bytes) -> str:
    sha256 = sha256_of(content)
    if not default_storage.exists(evidence_path(sha256)):
        default_storage.save(evidence_path(sha256), ContentFile(content))
    return sha256


def citation_of(adoption: UrlKwargs) -> dict[str, Any]:
    """The use of a RED practice as public evidence: the report says that it was given, and no more."""
    return {
        "id": 2, "kind": "practice", "title": "", "url": "", "file_name": "", "media_type": "", "size": 0,
        "sha256": "", "disclosure": "public", "source": "adoption", "reference": str(adoption["key"]),
    }  # fmt: skip
