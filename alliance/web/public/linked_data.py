"""What a public page is about, for search engines: schema.org as JSON-LD, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import OrganisationState
from alliance.models import Cycle, DataFile, DataRelease, Organisation, PublishedReport
from alliance.queries.public.open_data import data_licence
from alliance.queries.public.record import record_head
from alliance.queries.site import read_site
from portal.kernel.publishing import Publication

LinkedData = Mapping[str, Any]

_CONTEXT = "https://schema.org"


def of_publisher() -> LinkedData:
    """The alliance, as the publisher of its record."""
    return {"@context": _CONTEXT, **_publisher()}


def of_member(organisation: Organisation) -> LinkedData:
    """An organisation, as a member of the alliance for as long as it is one."""
    membership = {} if organisation.state == OrganisationState.FORMER else {"memberOf": _publisher()}
    return {
        "@context": _CONTEXT,
        **_organization(organisation),
        "description": organisation.sector,
        **membership,
    }


def of_report(report: PublishedReport, publication: Publication, url: str) -> LinkedData:
    """A report: who says it, for which period, since when, by which publication."""
    cycle: Cycle = report.cycle
    return {
        "@context": _CONTEXT,
        "@type": "Report",
        "@id": settings.ORIGIN + url,
        "url": settings.ORIGIN + url,
        "name": _("%(name)s: report for %(cycle)s")
        % {"name": report.organisation.name, "cycle": cycle.title},
        "reportNumber": str(publication.number),
        "version": str(publication.revision),
        "author": _organization(report.organisation),
        "publisher": _publisher(),
        "datePublished": publication.published_at.isoformat(timespec="seconds"),
        "temporalCoverage": f"{cycle.starts_on}/{cycle.ends_on}",
        "inLanguage": get_language() or "en",
        "isAccessibleForFree": True,
        "license": data_licence().url,
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256", "value": publication.sha256},
    }


def of_open_data(release: DataRelease | None, files: Mapping[str, DataFile]) -> LinkedData:
    """The open data with its files; without them before it was first built."""
    url, head = settings.ORIGIN + reverse("public:data"), record_head()
    types = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
    data: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": f"{read_site().name}: {_('Open data')}",
        "description": _(
            "The public record as tables: what members promised, what they report, what the secretariat thinks of"
            " it. Made anew with each publication."
        ),
        "license": data_licence().url,
        "isAccessibleForFree": True,
        "creator": _publisher(),
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "encodingFormat": types[name.rpartition(".")[2]],
                "contentUrl": settings.ORIGIN + reverse("data-file", args=[name]),
            }
            for name in sorted(files)
            if name.rpartition(".")[2] in types
        ],
    }
    if release is not None and head is not None:
        data |= {
            "version": str(release.number),
            "dateModified": release.built_at.isoformat(timespec="seconds"),
        }
    return data


def _publisher() -> dict[str, Any]:
    site = read_site()
    home = settings.ORIGIN + reverse("public:home")
    data = {"@type": "Organization", "@id": f"{settings.ORIGIN}/#alliance", "name": site.name, "url": home}
    if site.logo:
        data["logo"] = settings.ORIGIN + reverse("site-logo", args=[site.logo])
    return data


def _organization(organisation: Organisation) -> dict[str, Any]:
    url = settings.ORIGIN + reverse("public:member", args=[organisation.slug])
    data = {"@type": "Organization", "@id": url, "name": organisation.name, "url": url}
    if organisation.website:
        data["sameAs"] = organisation.website
    return data
