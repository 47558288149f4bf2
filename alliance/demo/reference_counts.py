"""What the hotline of the demonstration counted, as the file that it sends."""

import csv
import io

from alliance.demo import files
from alliance.demo.amounts import amounts_of
from alliance.demo.files import Record
from alliance.models import Cycle
from alliance.services.reference_file import REQUIRED


def hotline_counts(record: Record, cycle: Cycle, number: int) -> bytes:
    """A count for every member that filed: a little different from its own, or as the file says."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(REQUIRED)
    for place, member in enumerate(files.members()):
        reported = amounts_of(member["slug"], number, cycle.charter_id).number("hotline-reports")
        if reported is None or not files.has_filed(member, number):
            continue
        percent = record["apart"].get(number, {}).get(member["slug"], 98 + place % 5)
        period = f"{cycle.starts_on}/{cycle.ends_on}"
        value = int(reported * percent / 100)
        writer.writerow(
            (member["slug"], "hotline-reports", period, value, record["observer"], record["source"])
        )
    return buffer.getvalue().encode()
