"""Take leads in over HTTP and make them durable."""
