"""Match, decide, and deliver every lead once."""
