"""DeepZine: collect pages, train a Progressive Growing GAN, explore it, export films."""

__version__ = "0.1.0"
