"""The cost of notifying ten thousand people: inbox items and letters as rows, hints to workers, letters."""
