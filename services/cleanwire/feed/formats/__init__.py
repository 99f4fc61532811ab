"""What does a feed say? RSS, Atom, RDF, JSON Feed, sitemaps and damaged ones, read into one shape."""
