"""When is a hub asked to announce a feed, and is a request to our callback one of its own? (WebSub, W3C 2018.)"""
