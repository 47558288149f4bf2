"""Somebody who operates the cluster, and somebody who fetches files: what each sees while something is wrong.

Every few seconds `/health/ready` and `/metrics` of the second node are read, and through the proxy an evidence file and
the body of a publication, each compared with its digest.
"""

import contextlib
import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.enums import Disclosure
from alliance.models import Report
from alliance.queries.actors import actor_from, memberships_of
from alliance.queries.report_frame import report_frame
from alliance.services.evidence import add_file
from bench.chaos.population import Member
from bench.cluster.installation import NODES, Cluster
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication

# those that the table of bad days names (docs/how-to/many-hosts.md)
METRICS = (
    "portal_database_up", "portal_replica_away", "portal_replica_delay_seconds", "portal_broker_up",
    "portal_oldest_job_seconds", "portal_damaged_files",
)  # fmt: skip
WHOLE, REFUSED, OTHER_BYTES, SILENT = "whole", "not given", "other bytes", "no answer"
_NODE = NODES[1]  # no phase takes its web server away
_EVERY = 2.0  # seconds
_TIMEOUT = 10.0
_SAMPLE = re.compile(r"^(portal_\w+) ([0-9.e+-]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Download:
    """What is fetched: its address, whose cookie it takes, and the digest that its bytes must have."""

    address: str
    sha256: str
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at a moment: the word of `/health/ready`, metrics, and how file and body came."""

    at: float
    ready: str
    metrics: Mapping[str, float]
    file: str
    body: str


def make_file(member: Member) -> Download:
    """An evidence file of a member, stored in the bucket by the portal's own act; the member may fetch it."""
    content = b"meeting,topic\n" + b"".join(b"%d,what was said\n" % number for number in range(5_000))
    with acting_as(SYSTEM):
        actor = actor_from(memberships_of(member.signatory.person), None)
    with acting_as(actor):
        report = Report.objects.select_related("organisation", "cycle__charter").get(pk=member.report)
        upload = SimpleUploadedFile("panel.csv", content, "text/csv")
        row = add_file(
            actor,
            report,
            report_frame(report).measures[0].measure,
            upload,
            "Minutes of the panel",
            Disclosure.SECRETARIAT,
        )
    digest = hashlib.sha256(content).hexdigest()
    return Download(f"/workspace/evidence/{row.pk}/", digest, f"session={member.signatory.session}")


def newest_body() -> Download:
    """The exact bytes of the newest publication."""
    with acting_as(SYSTEM):
        publication = Publication.objects.order_by("-number")[0]
    return Download(f"/en/publications/{publication.number}/body", publication.sha256)


@dataclass
class Watch:
    """All looks, in their order."""

    looks: list[Look] = field(default_factory=list)

    @contextlib.contextmanager
    def watching(self, cluster: Cluster, file: Download, body: Download) -> Iterator[None]:
        stopping = threading.Event()
        thread = threading.Thread(target=self._watch, args=(cluster, file, body, stopping), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(5 * _TIMEOUT)

    def _watch(self, cluster: Cluster, file: Download, body: Download, stopping: threading.Event) -> None:
        while not stopping.wait(_EVERY):
            at = time.monotonic()
            _status, facts = cluster.get_of(_NODE, "/health/ready", _TIMEOUT)
            _status, metrics = cluster.get_of(_NODE, "/metrics", _TIMEOUT)
            came = [self._fetched(cluster, download) for download in (file, body)]
            self.looks.append(Look(at, word_of(facts), metrics_of(metrics), *came))

    def _fetched(self, cluster: Cluster, download: Download) -> str:
        status, content = cluster.get(download.address, _TIMEOUT, download.cookie)
        if status != 200:
            return REFUSED if status else SILENT
        return WHOLE if hashlib.sha256(content).hexdigest() == download.sha256 else OTHER_BYTES

    def between(self, begin: float, end: float) -> "Sight":
        return Sight([look for look in self.looks if begin <= look.at < end])


def word_of(body: bytes) -> str:
    """What `/health/ready` says; `no answer` where it says nothing."""
    try:
        return str(json.loads(body)["status"])
    except (ValueError, KeyError, TypeError):
        return SILENT


def metrics_of(body: bytes) -> Mapping[str, float]:
    """Those that are watched, of all that `/metrics` says."""
    return {name: float(value) for name, value in _SAMPLE.findall(body.decode()) if name in METRICS}


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen in a while."""

    looks: Sequence[Look]

    def counts(self, of: Callable[[Look], str]) -> str:
        """How often each word was seen, in the order in which it came first."""
        counts = Counter(of(look) for look in self.looks)
        return ", ".join(f"{word} {count}" for word, count in counts.items()) or "–"

    def metric(self, name: str) -> list[float]:
        return [look.metrics[name] for look in self.looks if name in look.metrics]

    def moved(self) -> str:
        """The metrics that did not stay at what they are on a good day, as least and most."""
        words = []
        for name in METRICS:
            seen = self.metric(name)
            good = 1.0 if name.endswith("_up") else 0.0
            slack = 5.0 if name.endswith("_seconds") else 0.0
            if seen and max(abs(value - good) for value in seen) > slack:
                words.append(f"`{name}` {min(seen):.0f} to {max(seen):.0f}")
        return ", ".join(words) or "none moved"

    def saw(self, name: str, least: float) -> bool:
        return any(value >= least for value in self.metric(name))

    def saw_zero(self, name: str) -> bool:
        return any(value == 0 for value in self.metric(name))

    def saw_ready(self, word: str) -> bool:
        return any(look.ready == word for look in self.looks)

    def has_file(self, word: str) -> bool:
        return any(look.file == word for look in self.looks)
