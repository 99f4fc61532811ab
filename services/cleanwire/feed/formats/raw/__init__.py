"""What a body is before it is parsed: packed or not, in which characters, of which format."""
