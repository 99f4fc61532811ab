"""A learned second opinion on every line: how likely is it outside the article?"""
