"""A cycle as a workbook: the public one from the record, the secretariat's from what was filed."""
