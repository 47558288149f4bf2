"""Print where the portal is and who can sign in."""

import shlex

from portal.local.folder import DEFAULT, DataFolder

_FILE = "demo.json"
_COLUMNS = ("email", "password", "name", "organisation", "roles")


def print_sign_ins(folder: DataFolder, url: str) -> None:
    """Print the address and the demonstration's sign-ins, and put the address into demo.json."""
    facts = folder.load_facts(_FILE) or {"people": []}
    folder.save_facts(_FILE, {**facts, "url": url})
    print(f"\nThe portal is at {url}\n")
    if people := facts["people"]:
        print(f"Sign in at {url}/accounts/login/ as one of these (they are in {folder.path / _FILE} too):\n")
        rows = [[column.capitalize() for column in _COLUMNS]]
        for person in people:
            values = (person.get(column) or "" for column in _COLUMNS)
            rows.append([", ".join(value) if isinstance(value, list) else str(value) for value in values])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        )
        print("\n".join("  " + line.rstrip() for line in lines) + "\n")
    else:
        # so that it finds the servers of this folder
        command = "python3 manage.py init"
        if folder.path != DEFAULT.resolve():
            command = f"PORTAL_DATA_DIR={shlex.quote(str(folder.path))} {command}"
        print(f"If nobody can sign in yet: {command} in another window makes the first manager.\n")
    print("Press Ctrl-C to stop.", flush=True)
