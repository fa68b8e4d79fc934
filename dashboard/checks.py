"""Start-up checks; each message says what to do."""
