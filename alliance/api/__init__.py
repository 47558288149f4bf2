"""The API: the same queries, services and rules as the pages, in JSON."""
