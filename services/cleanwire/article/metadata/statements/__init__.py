"""What a page says of itself, as it says it: JSON-LD, head, markup."""
