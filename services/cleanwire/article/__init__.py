"""HTML page in, article out. Pure: bytes and times are handed in."""
