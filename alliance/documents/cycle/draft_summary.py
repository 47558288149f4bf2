"""The summary of a cycle before it is published: for the secretariat alone, marked as a draft on each page."""

from django.utils.translation import gettext as _

from alliance.documents.cycle.coming_facts import coming_cycle_facts
from alliance.documents.cycle.summary_content import SummaryBasis, cycle_summary, summary_title
from alliance.documents.cycle.summary_model import CycleImprint, CycleSummary
from alliance.queries.site import load_site
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.documents import Document
from portal.kernel.text import format_moment, to_print


def collect_draft_summary(actor: Actor, document: Document) -> CycleSummary:
    """Cycle `target_id` as it would be published now, for an actor who may see submissions; refuses anybody else."""
    facts, at, site = coming_cycle_facts(actor, document.target_id), clock.now(), load_site()
    moment = {"moment": format_moment(at)}
    state = _("Draft as of %(moment)s, not published") % moment
    basis = SummaryBasis(
        at=at,
        file_name=f"cycle-{facts.cycle.slug}-draft-not-published-{document.language}.pdf",
        imprint=CycleImprint(
            site_name=to_print(site.short_name or site.name),
            running_title=summary_title(facts.cycle),
            revision=_("Not published"),
            record=_("Confidential: for the secretariat alone"),
            source=state,
            digest="",
            check=state,
            url="",
            body_url="",
            check_file="",
            banner=to_print(site.banner),
            watermark=_("Not published"),
        ),
        state=state,
        source=_(
            "This draft shows the cycle as the public would read it if it was published on %(moment)s: reports whose "
            "review is concluded, without what is withheld. It is not public, and may change until the publication."
        )
        % moment,
    )
    return cycle_summary(facts, basis, document.language)
