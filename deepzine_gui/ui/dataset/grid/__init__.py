"""The grid of all pages."""
