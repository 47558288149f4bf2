"""What templates call: tags and filters about reports, figures, charters, members."""
