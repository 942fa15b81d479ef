"""The commands of `tratt`, one file per kind of user's errand."""
