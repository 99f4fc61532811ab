"""What each page shows, as values: made of what is held, the time, and what was asked for."""
