"""Which feeds does a site have? For people who are about to subscribe."""
