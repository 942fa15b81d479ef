"""The ports' adapters to Kafka, SQLite, PostgreSQL and mail."""
