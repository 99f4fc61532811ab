"""Subscriptions at hubs, as the W3C asks for them."""
