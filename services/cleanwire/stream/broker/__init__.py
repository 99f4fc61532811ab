"""How do we get at a broker: connections, TLS, sign-in, tokens, and ending all of it?"""
