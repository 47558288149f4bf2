"""Published rows of some members, each under keys of its own: what its pledges name, and not what others’ name."""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

_FEW = 40  # members: of more, one list of all keys is quicker to compare with than a condition for each


def under_own_keys(column: str, places: Iterable[tuple[int, str]]) -> Q:
    """The rows of these places, an organisation and a key in `column`.

    Of very many organisations also those under the keys of the others: they are left to the reader.
    """
    keys: dict[int, set[str]] = defaultdict(set)
    for organisation_id, key in places:
        keys[organisation_id].add(key)
    every = sorted(set().union(*keys.values()))
    together = Q(("organisation__in", sorted(keys)), (f"{column}__in", every))
    if len(keys) > _FEW:
        return together
    own = (Q(("organisation", pk), (f"{column}__in", sorted(names))) for pk, names in sorted(keys.items()))
    return together & reduce(or_, own, Q(pk__in=[]))
