"""One module for each generated document."""
