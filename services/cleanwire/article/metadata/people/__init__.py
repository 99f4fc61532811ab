"""Who wrote it: names, bylines, agencies."""
