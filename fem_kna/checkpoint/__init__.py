"""What it takes to go on with a run: kept on disk while it runs, read again to resume it."""
