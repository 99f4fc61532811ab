"""Which lines are boilerplate, by what they say? The rules are data, one file a language."""
