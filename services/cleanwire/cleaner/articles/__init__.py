"""Which articles a partition knows: those that wait, those that stand, those long forgotten."""
