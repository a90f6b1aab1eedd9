"""A simulated waiting room, by which the forecast is judged. It shares no code with the forecast."""
