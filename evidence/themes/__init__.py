"""The words of single chapters: one theme's rows shaped, counted and told.

Each module stands to the right of the stations that every theme shares and imports from them;
none of those imports from here.
"""
