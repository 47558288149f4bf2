"""The peer: a plain Django without middleware that reads the same rows and writes as many bytes."""
