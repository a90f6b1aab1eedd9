"""The consultation: the clinical record of an admitted visit, and the room it is held in."""
