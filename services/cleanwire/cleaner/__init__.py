"""Stage 2: from entries to clean documents."""
