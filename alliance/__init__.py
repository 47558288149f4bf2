"""The alliance: its members, their pledges, reports and reviews."""
