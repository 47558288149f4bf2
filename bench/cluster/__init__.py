"""Several nodes, a primary with two standbys, a bucket: taken away in turn while clients work, and accounted for."""
