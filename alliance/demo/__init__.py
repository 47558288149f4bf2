"""The demonstration: data files carried out as acts of people, through the services that everybody uses."""
