"""`/metrics`: for the machine itself and clients with the token; 404 for anybody else."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from portal.kernel.monitoring import may_monitor
from portal.metrics.collector import ServersCollector
from portal.metrics.requests import registry_of_all_processes

_SERVERS = CollectorRegistry()
_SERVERS.register(ServersCollector())


@transaction.non_atomic_requests
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics in Prometheus' text format; 404 for those who may not monitor."""
    if not may_monitor(request):
        raise Http404
    body = generate_latest(registry_of_all_processes()) + generate_latest(_SERVERS)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)
