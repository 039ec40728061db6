"""A dataset file: its layout, its writing and reading, and the marks laid over it."""
