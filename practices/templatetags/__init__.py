"""What templates of the first floor need."""
