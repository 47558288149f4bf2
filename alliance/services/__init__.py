"""Named writes: require, lock, check, save, journal; one transaction each."""
