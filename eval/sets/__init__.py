"""Sets that are not shipped, one module each: a folder with their files -> Material."""
