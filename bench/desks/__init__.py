"""What every page of the desks costs in a large alliance, and in a small one of the same shape."""
