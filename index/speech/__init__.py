"""Article -> who said what, and when; which names are one person's."""
