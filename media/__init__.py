"""Media: paths, quality and TURN credentials."""
