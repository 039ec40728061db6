"""DeepZine: collect pages, train a Progressive Growing GAN on them, explore it, print zines."""

__version__ = "0.1.0"
