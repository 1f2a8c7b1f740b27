"""Spiders: what to visit. How a page is read is the engines' affair."""
