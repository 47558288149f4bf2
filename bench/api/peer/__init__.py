"""The peer: DRF as it comes, which reads the same rows by a ModelSerializer and writes as many bytes."""
