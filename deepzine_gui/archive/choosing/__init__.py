"""What to take of what was found, and what that costs."""
