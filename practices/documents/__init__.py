"""Generated documents of the practices app, one module for each."""
