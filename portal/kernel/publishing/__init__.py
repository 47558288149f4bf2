"""The public record: numbered publications, their projections, and what public pages keep in memory.

What is published, and its content, is the apps'.
"""

from portal.kernel.publishing.canonical import PublicationContent, canonical, digest, read_publication
from portal.kernel.publishing.cdn import STALE_COPIES_SQL, cdn_headers, stale_copies
from portal.kernel.publishing.chain import (
    FIRST_LINK,
    PART,
    first_broken_link,
    next_link,
    part_of_chain,
    publication_chain,
)
from portal.kernel.publishing.chain_checks import (
    broken_publication,
    check_all_publications,
    check_chain,
    holds_up_to,
    last_chain_check,
)
from portal.kernel.publishing.lock import hold_publications, try_hold_publications
from portal.kernel.publishing.models import (
    ChainCheck,
    Projection,
    ProjectionQuerySet,
    Publication,
    PublicRevision,
    number_read_as_of,
    reading_as_of,
)
from portal.kernel.publishing.page_cache import CachedAnswer, PageCache, forget_answers
from portal.kernel.publishing.process_cache import (
    cached_for_page,
    cached_for_revision,
    present_revision,
    rendering_page,
    revision_cache,
)
from portal.kernel.publishing.projections import (
    follow_projections,
    project,
    projects,
    rebuild,
    register_projection,
    supersede,
)
from portal.kernel.publishing.publications import publish
from portal.kernel.publishing.revision import (
    PublicRevisionReader,
    read_public_revision,
    renew_public_revision,
    touch_public_revision,
    touch_public_revision_soon,
)

__all__ = [
    "FIRST_LINK",
    "PART",
    "STALE_COPIES_SQL",
    "CachedAnswer",
    "ChainCheck",
    "PageCache",
    "Projection",
    "ProjectionQuerySet",
    "PublicRevision",
    "PublicRevisionReader",
    "Publication",
    "PublicationContent",
    "broken_publication",
    "cached_for_page",
    "cached_for_revision",
    "canonical",
    "cdn_headers",
    "check_all_publications",
    "check_chain",
    "digest",
    "first_broken_link",
    "follow_projections",
    "forget_answers",
    "hold_publications",
    "holds_up_to",
    "last_chain_check",
    "next_link",
    "number_read_as_of",
    "part_of_chain",
    "present_revision",
    "project",
    "projects",
    "publication_chain",
    "publish",
    "read_public_revision",
    "read_publication",
    "reading_as_of",
    "rebuild",
    "register_projection",
    "rendering_page",
    "renew_public_revision",
    "revision_cache",
    "stale_copies",
    "supersede",
    "touch_public_revision",
    "touch_public_revision_soon",
    "try_hold_publications",
]
