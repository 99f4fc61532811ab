"""RSS, RDF and Atom that an XML parser takes."""
