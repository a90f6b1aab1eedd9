"""The peak rehearsal: simulated patients and pharmacists load a server over its real protocols.

It knows the wire (HTTP, Socket.IO) and nothing of the server's inside. What the database says about the truth
comes through `ports.Replay`, which the server's package fits.
"""
