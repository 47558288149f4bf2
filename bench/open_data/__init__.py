"""The tables of the open data beside COPY: `python3 manage.py bench open_data`."""
