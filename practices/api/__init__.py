"""The face for programs on the first floor: the same queries, sights and gates as the pages, spoken in JSON."""
