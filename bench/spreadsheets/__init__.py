"""What a large report costs: its pages, saving into them, its form as a workbook, comparing it when it comes back."""
