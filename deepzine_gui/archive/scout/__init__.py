"""What the archive has: what is asked for, found, looked at; which files would be taken."""
