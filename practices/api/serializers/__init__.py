"""One module for each kind of thing: how it is said in JSON, and what is read from it."""
