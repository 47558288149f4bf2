"""How fast the machine is at this moment: what one plain page costs, which is the same in every alliance.

A virtual processor is twice as fast at one hour as at another, and processor time does not leave that out. Measured
beside a page, this says in whose milliseconds the page was measured.
"""

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection
from django.template import Context, Engine

from bench.processor_time import ProcessorTime

# What it costs on the machine for which the bars of docs/performance.md are set: there the lists of `bench pages`
# cost their peer what that section said on 2026-11-30.
STANDARD_MS = 3.4
_ROWS = 50
_SQL = "SELECT number, md5(number::text), %s FROM generate_series(1, %s) AS number"
_TEMPLATE = Engine().from_string("""<table>
{% for number, title, day in rows %}<tr{% if forloop.last %} class="last"{% endif %}>
<td>{{ number }}</td><td><a href="/rows/{{ title|urlencode }}/">{{ title|capfirst|truncatechars:24 }}</a></td>
<td><time datetime="{{ day|date:"c" }}">{{ day|date:"j F Y" }}</time></td></tr>
{% endfor %}</table>""")
_DAY = datetime(2021, 9, 1, tzinfo=UTC)


class Yardstick:
    """Asked beside each thing that is measured; its connection is the one that is measured."""

    def __init__(self) -> None:
        # how many times slower than the standard, each time that it was asked
        self.slowness: list[float] = []

    def measure(self) -> float:
        """How many times slower the machine is now than the one for which the bars are set."""
        with ProcessorTime() as spent:
            with connection.cursor() as cursor:
                cursor.execute(_SQL, [_DAY, _ROWS])
                rows = cursor.fetchall()
            _TEMPLATE.render(Context({"rows": rows}))
        self.slowness.append(spent.ms / STANDARD_MS)
        return self.slowness[-1]


def in_words(slowness: Sequence[float]) -> str:
    """A sentence about the machine, from how slow it was each time; empty where nobody asked."""
    if len(slowness) < 2:
        return ""
    tenths = statistics.quantiles(slowness, n=10)
    return (
        f"A millisecond is one of the machine for which the bars are set: beside each request a plain list of {_ROWS}"
        f" rows is read and written, which takes {STANDARD_MS:g} ms there. Here it took"
        f" {statistics.median(slowness):.2f} times that, between {tenths[0]:.2f} and {tenths[-1]:.2f} times but for a"
        " tenth at each end."
    )
