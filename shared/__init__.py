"""What the services share: the domain, the ports, their adapters and the runtime."""
