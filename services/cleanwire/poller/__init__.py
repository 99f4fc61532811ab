"""Stage 1: from feeds to entries."""
