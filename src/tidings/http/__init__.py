"""The doors: thin handlers that decode, call a room or flow, and encode."""
