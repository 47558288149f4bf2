"""A client for each kind of address, for everybody but Celery."""

from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

from portal.kernel.valkey.addresses import Address

# what a server that is away, or in trouble, raises; those of a cluster are a family of their own
ERRORS = (RedisError, RedisClusterException)


def client(address: Address, seconds: float) -> Any:
    """A client that waits no longer than that for an answer; the caller closes it.

    Several threads may use it. A cluster is asked for its nodes here already.
    """
    timeouts: dict[str, Any] = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    common = {**timeouts, "username": address.user, "password": address.password, "ssl": address.speaks_tls}
    if address.is_watched:
        sentinels = Sentinel(
            address.hosts, sentinel_kwargs=address.sentinel_options(seconds / len(address.hosts))
        )
        return sentinels.master_for(address.master, Redis, db=address.database, retry=None, **common)
    if address.is_cluster:
        nodes = [ClusterNode(host, port) for host, port in address.hosts]
        return RedisCluster(startup_nodes=nodes, retry=Retry(NoBackoff(), 1), **common)
    # Celery's way of naming a socket is not the client's
    url = f"unix://{urlsplit(address.url).path}" if address.scheme == "redis+socket" else address.url
    return Redis.from_url(url, retry=None, **timeouts)
