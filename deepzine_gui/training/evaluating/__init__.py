"""How good a model is, measured against the pages of a dataset."""
