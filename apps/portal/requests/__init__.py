"""The citizen's pages: ask for data, see how it stands, what others asked."""
