"""What does a feed say, what in it is new, and when do we ask again? Pure: bytes, time and chance are handed in."""
