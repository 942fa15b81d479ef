"""Read every topic, and show people what became of each lead."""
