"""The live side: what signalling needs of the server, and what the server tells signalling."""
