"""One folder on disk: read, written, checked, upgraded."""
