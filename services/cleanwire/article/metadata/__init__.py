"""What a page says about its article: structured data first, then markup, then the feed."""
