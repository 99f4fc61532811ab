"""When and what may we ask of a site? Pure: time and bytes are handed in."""
