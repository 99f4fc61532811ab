"""What came for a feed: read in a bounded process, compared, made entries for the cleaner."""
