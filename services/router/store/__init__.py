"""The router's SQL, one file per promise: decisions under their claim, customers and suppressions, deliveries."""
