"""The launcher: one command on a fresh machine. Nothing here may be imported by the portal itself."""
