"""What several services' stores are made of: the database's own clock, and the lease of a process."""
