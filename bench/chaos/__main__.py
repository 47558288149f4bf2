"""Run the bench on a demonstration of its own, which the bench starts and kills."""

import argparse
import os
import sys

import django

from bench.chaos.disk import enter_namespace
from bench.chaos.faults import TARGETS
from bench.chaos.installation import running_installation
from bench.results_page import write_head
from portal.local.environment import ROOT

parser = argparse.ArgumentParser(
    prog="manage.py bench chaos", description="Kill, freeze and fill, and account for what was acknowledged."
)
parser.add_argument("--rounds", type=int, default=50, help="how many faults (default: 50)")
parser.add_argument("--seed", type=int, default=0, help="another order of faults (default: 0)")
parser.add_argument(
    "--megabytes", type=int, default=2500, help="how much is uploaded at most (default: 2500)"
)
parser.add_argument("--only", nargs="+", default=[], choices=TARGETS, help="faults of these alone")
parser.add_argument("--write", action="store_true", help="write docs/reliability.md")
options = parser.parse_args()

enter_namespace()
with running_installation() as installation:
    os.environ.update(installation.environment())
    django.setup()
    from bench.chaos.results import report
    from bench.chaos.run import run_faults

    run = run_faults(installation, options.rounds, options.seed, options.megabytes, options.only)
page = report(run)
print(page)
if options.write:
    write_head(page, ROOT / "docs" / "reliability.md")
# Once more at the end, where the checks look for what failed.
sys.exit("\n".join(run.findings) or 0)
