"""Adapters: command line, HTTP and the chat page. They decide nothing."""
