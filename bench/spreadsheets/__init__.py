"""What the form of a large report costs: building it, and comparing it when it comes back filled in."""
