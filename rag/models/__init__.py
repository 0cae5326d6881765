"""A prompt -> a reply that is known to be whole, from one model or the next."""
