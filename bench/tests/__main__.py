"""Run the bench; it needs no servers, for the tests start their own."""

import sys

from bench.tests import run

if __name__ == "__main__":
    sys.exit(run.main(sys.argv[1:]))
