"""Files put into the store that the environment names, and fetched: `python -m bench.scale.bucket FILES BYTES`."""

import json
import os
import sys
import time

import django

django.setup()

from django.core.files.base import ContentFile
from django.core.files.storage import storages


def measure(files: int, size: int) -> dict[str, float]:
    """A second by the clock, and milliseconds of this process for each."""
    storage, names = storages["default"], []
    began, spent = time.monotonic(), time.process_time()
    for number in range(files):
        names.append(storage.save(f"bench/{number:06}", ContentFile(os.urandom(size))))
    stored, stored_spent = time.monotonic(), time.process_time()
    for name in names:
        with storage.open(name) as file:
            if len(file.read()) != size:
                raise ValueError(f"{name} is cut off")
    fetched, fetched_spent = time.monotonic(), time.process_time()
    return {
        "puts": files / (stored - began),
        "put_ms": (stored_spent - spent) * 1000 / files,
        "gets": files / (fetched - stored),
        "get_ms": (fetched_spent - stored_spent) * 1000 / files,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
