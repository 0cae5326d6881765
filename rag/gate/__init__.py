"""What a draft says -> what the articles carry of it."""
