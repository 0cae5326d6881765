"""Articles in, a searchable corpus out."""
