"""The demonstration: data files told as acts of their people, through the services that everybody uses."""
