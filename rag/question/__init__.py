"""A question and those before it -> a Query."""
