"""Addresses of Valkey or Redis: one server, Sentinels that know where it is, or a cluster; and a client for each.

Celery has no transport for a cluster, so that is for the cache alone. The settings read this before any package of the
platform can be imported.
"""

from portal.kernel.valkey.addresses import Address, beside, parse_broker, parse_cache
from portal.kernel.valkey.broker import celery_options, celery_tls, celery_url
from portal.kernel.valkey.clients import ERRORS, client

__all__ = [
    "ERRORS",
    "Address",
    "beside",
    "celery_options",
    "celery_tls",
    "celery_url",
    "client",
    "parse_broker",
    "parse_cache",
]
