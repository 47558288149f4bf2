"""Words for templates of the first floor."""
