"""What all tests share."""

from hypothesis import settings

# A property is true or false; how long a busy machine takes to see it is not asked.
settings.register_profile("book", deadline=None)
settings.load_profile("book")
