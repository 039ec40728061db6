"""One step of training: pages, both networks, losses, augmentation, gradients, updates."""
