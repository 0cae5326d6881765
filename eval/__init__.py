"""Questions with gold spans in, figures out."""
