"""Each module is the `manage.py` command of its name."""
