"""What keeps a backup from being taken, believed or restored."""


class BackupError(Exception):
    """A plain sentence for the operator: what is wrong, and what to do."""
