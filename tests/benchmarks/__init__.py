"""Measurements, in one run and against named peers: `make bench`."""
