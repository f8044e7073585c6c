"""Prose only: emails, documents, pages. Nothing here decides anything and nothing here is imported but its files."""
