"""The demonstration: data files told as acts of their people, through the same services as everything else."""
