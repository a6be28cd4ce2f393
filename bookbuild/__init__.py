"""The publishing: from chapters to a static site. It knows nothing of statistics."""
