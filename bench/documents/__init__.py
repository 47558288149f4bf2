"""What documents cost: a PDF, a workbook, a journal as CSV, each beside the program that writes it, alone."""
