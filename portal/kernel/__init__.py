"""The cellar: machines without one business noun."""
