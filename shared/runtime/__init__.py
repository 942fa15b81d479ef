"""What every role runs in: settings, configuration, worker, supervisor, telemetry."""
