"""What goes wrong, one thing after another; each phase lasts until it is over, and then the portal must be whole."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.cluster.installation import Cluster

MOST_WITHOUT_PRIMARY = 15  # seconds until a standby is promoted
WITHOUT_PRIMARY = ("dark", "primary")  # phases in which pages may be refused for a while
Act = Callable[[Cluster, float], None]


@dataclass(frozen=True, slots=True)
class Phase:
    """`act` returns when what went wrong is over."""

    name: str
    title: str
    act: Act


def _rest(cluster: Cluster, seconds: float) -> None:
    del cluster
    time.sleep(seconds)


def _lag(cluster: Cluster, seconds: float) -> None:
    """The standby that is read shows nothing newer than this moment."""
    with cluster.databases.standing_still(cluster.databases.standbys[0]):
        time.sleep(seconds)


def _lose_standby(cluster: Cluster, seconds: float) -> None:
    """The standby that is read dies, comes back and catches up."""
    name = cluster.databases.standbys[0]
    cluster.databases.kill(name)
    time.sleep(seconds)
    cluster.databases.start(name)
    cluster.databases.wait_until_level(name)


def _lose_web_node(cluster: Cluster, seconds: float) -> None:
    with cluster.without("web-a"):
        time.sleep(seconds)


def _lose_workers(cluster: Cluster, seconds: float) -> None:
    """The sweeper and the worker of one node, while the other's go on."""
    with cluster.without("worker-a", "sweeper-a"):
        time.sleep(seconds)


def _lose_broker(cluster: Cluster, seconds: float) -> None:
    with cluster.without_broker():
        time.sleep(seconds)


def _store(conduct: str) -> Act:
    def act(cluster: Cluster, seconds: float) -> None:
        with cluster.store.behaving(conduct):
            time.sleep(seconds)

    return act


def _darken_primary(cluster: Cluster, seconds: float) -> None:
    """The primary answers nobody any more and refuses nobody; a standby is promoted, and it becomes one anew."""
    name = cluster.databases.primary
    cluster.databases.darken(name)
    time.sleep(min(seconds, MOST_WITHOUT_PRIMARY))
    cluster.databases.promote()
    time.sleep(seconds)  # dark all the while
    cluster.databases.rebuild(name)


def _lose_primary(cluster: Cluster, seconds: float) -> None:
    """The primary dies for good; after a while somebody promotes the standby that has received most."""
    cluster.databases.kill(cluster.databases.primary)
    time.sleep(min(seconds, MOST_WITHOUT_PRIMARY))
    cluster.databases.promote()


PHASES: Sequence[Phase] = (
    Phase("none", "nothing", _rest),
    Phase("behind", "the standby that is read stands still", _lag),
    Phase("standby", "the standby that is read is killed, and comes back", _lose_standby),
    Phase("web", "one of two web nodes is killed", _lose_web_node),
    Phase("work", "a worker and a sweeper are killed", _lose_workers),
    Phase("broker", "the broker is killed, and comes back empty", _lose_broker),
    Phase("slow", "the store of files takes two seconds longer for each answer", _store("slow")),
    Phase("refusing", "the store of files refuses everything", _store("refusing")),
    Phase("damaging", "the store of files answers with damaged bytes", _store("damaging")),
    Phase("dark", "the primary stands still, and a standby is promoted", _darken_primary),
    Phase("primary", "the primary is killed, and a standby promoted", _lose_primary),
)
