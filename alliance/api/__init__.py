"""The face for programs: the same queries, services and rules as the pages, spoken in JSON."""
