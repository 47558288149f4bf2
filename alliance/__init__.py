"""The ground floor: members of the alliance and what they owe."""
