"""Run the bench on the database that the environment names; it must be one to throw away."""

import sys

import django

django.setup()

from bench.webhooks import run

if __name__ == "__main__":
    sys.exit(run.main(sys.argv[1:]))
