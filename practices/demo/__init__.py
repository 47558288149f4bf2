"""The practices of the demonstration: its data files told as acts of their people, through the services."""
