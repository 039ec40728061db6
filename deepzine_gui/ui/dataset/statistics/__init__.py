"""What the pages shown have in common."""
