"""What comes of a try, and what it turns the article into."""
