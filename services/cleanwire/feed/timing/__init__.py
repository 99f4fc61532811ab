"""When is a feed asked again?"""
