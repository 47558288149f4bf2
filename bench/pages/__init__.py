"""What a page costs: from memory, a list, one thing, a member's first page, each beside a plain Django of the same."""
