"""What telling ten thousand people costs: their lines and letters as rows, the hints to workers, the letters."""
