"""The JSON API of the practices app: the same queries, visibility and checks as the pages."""
