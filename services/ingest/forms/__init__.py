"""What is peculiar to pages that post forms: who may post, what they are told, and what a form says of itself. Pure."""
