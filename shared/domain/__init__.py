"""What crosses a service boundary, or is one rule for all."""
