"""The practices of the demonstration: its data files, carried out by their people through the services."""
