"""Shapes of input; what they mean is for the services."""
