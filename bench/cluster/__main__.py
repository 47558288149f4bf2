"""Run the bench on a cluster of its own, which the bench starts, breaks and throws away."""

import argparse
import os
import sys
from contextlib import suppress

import django

from bench.cluster.installation import NODES, running_cluster
from portal.local.environment import ROOT

NAMES = (
    *("none", "behind", "standby", "web", "work", "broker", "slow", "refusing", "damaging"),
    *("dark", "primary"),
)
parser = argparse.ArgumentParser(
    prog="manage.py bench cluster", description="Take a cluster apart, and account for what was acknowledged."
)
parser.add_argument("--seconds", type=float, default=60, help="how long each thing lasts (default: 60)")
parser.add_argument("--megabytes", type=int, default=400, help="how much is uploaded at most (default: 400)")
parser.add_argument("--only", nargs="+", default=[], choices=NAMES, help="these alone")
parser.add_argument(
    "--write",
    action="store_true",
    help="write its section of docs/reliability.md, and its ledger in scale.md and performance.md",
)
options = parser.parse_args()

with running_cluster() as cluster:
    os.environ.update(cluster.variables(NODES[0]))
    with suppress(KeyError):
        del os.environ["DATABASE_REPLICA_URL"]  # what is counted is read from the primary
    django.setup()
    from bench.cluster.results import SHORT_TITLE, TITLE, section, short_section
    from bench.cluster.run import run_phases

    run = run_phases(cluster, options.seconds, options.only, options.megabytes)
    run.load = " ".join(f"{each:.1f}" for each in os.getloadavg())
page = section(run)
print(page)
if options.write:
    from bench.results_page import write_section

    write_section(TITLE, page, ROOT / "docs" / "reliability.md")
    for name in ("scale.md", "performance.md"):
        write_section(SHORT_TITLE, short_section(run), ROOT / "docs" / name)
# Once more at the end, where the checks look for what failed.
sys.exit("\n".join(run.findings) or 0)
