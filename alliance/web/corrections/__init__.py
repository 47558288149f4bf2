"""The pages of corrections, in both areas: each side proposes, answers, and sees what would change."""
