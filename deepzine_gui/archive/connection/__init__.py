"""The conversation with the archive: its session and keys, its sockets, and our manners."""
