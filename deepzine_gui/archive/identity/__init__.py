"""Which archive is asked, and as whom: host, keys, contact."""
