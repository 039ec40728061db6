"""Which processes a run has, on which devices, how they meet, and what they add up."""
