"""What waits in a project, in which order, and what is recorded of each document."""
