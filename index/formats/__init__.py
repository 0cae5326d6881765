"""One format each -> Articles with clean fields."""
