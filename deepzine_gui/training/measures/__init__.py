"""Measures of a model: how far made-up pages are from real ones, and how much they are alike.

One file a measure. They take pages as tensors (N, C, R, R), uint8 or floats in [−1, 1], need no
trained network but for KID, and give the same number for the same seed.
"""
