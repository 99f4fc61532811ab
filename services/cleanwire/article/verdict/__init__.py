"""Which blocks are the article, and is the page an article at all?"""
