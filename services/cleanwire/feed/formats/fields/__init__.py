"""What single fields of a feed say, whatever its format."""
