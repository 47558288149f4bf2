"""Kill, freeze, empty and fill everything while clients work, then account for each act that was acknowledged."""
