"""Which pages are set aside: what is measured on them, and the rules."""
