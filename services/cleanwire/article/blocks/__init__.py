"""Which blocks of text does a page hold, and which of them are near the article?"""
