"""A content delivery network in front: how long it may keep public pages, and how it is told to drop them.

All pages that move with the public revision bear one key, and all are dropped together when it moves: the same number
is what the portal's own caches compare. Off unless `CDN_MAX_AGE` is set.
"""

from collections.abc import Mapping
from datetime import timedelta

import requests
from django.conf import settings
from django.db import connection

from portal.kernel import clock
from portal.kernel.jobs import LEASE, Claim, enqueue, handles

SURROGATE_KEY = "public-record"
# A process may have read the revision just before it moved, and makes pages of the earlier one for two seconds more:
# what the network took of these meanwhile is dropped, too.
_AGAIN_AFTER = timedelta(seconds=3)
_STALE_WHILE_REVALIDATE = 2  # seconds: no longer than a publication may take to be seen
_TIMEOUT = (3.0, 5.0)  # seconds for a connection, and for the answer


class PurgeRefused(Exception):
    """The network did not take the request to drop its copies."""


def cdn_headers() -> Mapping[str, str]:
    """What a shared cache is told beside `Cache-Control`, which is for browsers; empty where there is none.

    While the portal does not answer, it may go on with its copies for a day: they were right when it was last there.
    """
    if not settings.CDN_MAX_AGE:
        return {}
    control = f"max-age={settings.CDN_MAX_AGE}, stale-while-revalidate={_STALE_WHILE_REVALIDATE}, stale-if-error=86400"
    return {
        "CDN-Cache-Control": control,  # RFC 9213
        "Surrogate-Control": control,
        "Surrogate-Key": SURROGATE_KEY,
        "Cache-Tag": SURROGATE_KEY,
    }


def enqueue_purge() -> None:
    """Have the copies of the network dropped once this transaction is committed, and once more shortly after.

    However often the revision moves in one transaction, they are dropped once.
    """
    if not settings.CDN_PURGE_URL:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        transaction = cursor.fetchone()[0]
    enqueue("purge_cdn", key=f"purge-cdn:{transaction}", payload={})
    enqueue("purge_cdn", key=f"purge-cdn:{transaction}:again", payload={}, at=clock.now() + _AGAIN_AFTER)


@handles("purge_cdn")
def purge_in_job(claim: Claim) -> None:
    """Tell the network to drop its copies; tried again until it takes it."""
    response = requests.request(
        settings.CDN_PURGE_METHOD,
        settings.CDN_PURGE_URL,
        data=settings.CDN_PURGE_BODY.encode() or None,
        headers={"Surrogate-Key": SURROGATE_KEY, **settings.CDN_PURGE_HEADERS},
        timeout=_TIMEOUT,
        allow_redirects=False,
    )
    if response.status_code >= 300:
        raise PurgeRefused(response.status_code)
    with claim.finishing():
        pass


# For how many seconds the network has had copies that it should have dropped: since the oldest change after which no
# order has begun that was taken. An order begins with its lease; what the second order of a change covers goes on until
# that one is due. What somebody cancelled was decided by a person.
STALE_COPIES_SQL = (
    "WITH orders AS (SELECT state, lease_until, created_at + CASE WHEN right(dedupe_key, 6) = ':again'"
    f" THEN interval '{_AGAIN_AFTER.total_seconds()} s' ELSE interval '0' END AS changed_at"
    " FROM portal_job WHERE kind = 'purge_cdn')"
    " SELECT coalesce(greatest(extract(epoch FROM now() - min(changed_at)), 0), 0)::float8 FROM orders"
    " WHERE state IN ('ready', 'leased', 'dead') AND changed_at > (SELECT coalesce(max(lease_until),"
    f" '-infinity') - interval '{LEASE.total_seconds()} s' FROM orders WHERE state = 'done')"
)


def stale_copies() -> timedelta:
    """For how long the network may show what the portal does not show any more. As a reader of jobs; one query."""
    with connection.cursor() as cursor:
        cursor.execute(STALE_COPIES_SQL)
        return timedelta(seconds=cursor.fetchone()[0])
