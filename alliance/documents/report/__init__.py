"""A member's report as PDF, workbook and JSON; what may be seen is asked of the queries."""
