"""Making one JSON-like value of whatever a sender posts: JSON, forms, multipart, gzip, query strings."""
