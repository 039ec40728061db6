"""A run from its first step to its last: the loop, its faults, its vitals, its reports."""
