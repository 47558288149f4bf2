"""An address as Celery is told it, in its settings."""

import ssl
from typing import Any
from urllib.parse import quote

from portal.kernel.valkey.addresses import Address


def celery_url(address: Address) -> str:
    """`CELERY_BROKER_URL`: Celery writes each Sentinel as an address of its own."""
    if not address.is_watched:
        return address.url
    return ";".join(_celery_url(address, host, port) for host, port in address.hosts)


def celery_options(address: Address, seconds: float) -> dict[str, Any]:
    """`CELERY_BROKER_TRANSPORT_OPTIONS`: how long to wait for an answer, and which master the Sentinels watch."""
    options: dict[str, Any] = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    if address.is_watched:
        options |= {"master_name": address.master, "sentinel_kwargs": address.sentinel_options(seconds)}
    return options


def celery_tls(address: Address) -> dict[str, Any] | None:
    """`CELERY_BROKER_USE_SSL`: certificates are checked. Celery by itself takes any, unless the address says more."""
    says_more = "ssl_cert_reqs=" in address.url
    return {"ssl_cert_reqs": ssl.CERT_REQUIRED} if address.speaks_tls and not says_more else None


def _celery_url(address: Address, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    signature = f"{quote(address.user or '', safe='')}:{quote(address.password or '', safe='')}@"
    has_signature = address.user or address.password
    return f"sentinel://{signature if has_signature else ''}{name}:{port}/{address.database}"
