"""What every room of the API stands on: endpoints, problems, pages, versions, repeats, limits, and the schema."""
