"""All that a run is, on disk: written, sealed, read again, and how many are kept."""
