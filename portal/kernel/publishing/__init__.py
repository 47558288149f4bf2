"""The public record: numbered publications, their projections, and what public pages keep in memory.

What is published, and its content, is the apps'.
"""

from portal.kernel.publishing.canonical import PublicationContent, canonical, digest, read_publication
from portal.kernel.publishing.models import Projection, ProjectionQuerySet, Publication, PublicRevision
from portal.kernel.publishing.page_cache import PublicPageMiddleware
from portal.kernel.publishing.process_cache import cached_for_page, cached_for_revision, revision_cache
from portal.kernel.publishing.projections import project, projects, rebuild, register_projection, supersede
from portal.kernel.publishing.publications import publish
from portal.kernel.publishing.revision import read_public_revision, touch_public_revision

__all__ = [
    "Projection",
    "ProjectionQuerySet",
    "PublicPageMiddleware",
    "PublicRevision",
    "Publication",
    "PublicationContent",
    "cached_for_page",
    "cached_for_revision",
    "canonical",
    "digest",
    "project",
    "projects",
    "publish",
    "read_public_revision",
    "read_publication",
    "rebuild",
    "register_projection",
    "revision_cache",
    "supersede",
    "touch_public_revision",
]
