"""The console's SQL: the model behind `ConsoleStore`."""
