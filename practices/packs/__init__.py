"""What makes a policy runnable: test sets, answers and scores, prompts, signals, the pack as a zip (no database)."""
