"""The document: what a person has made, as immutable values, and how it is kept."""
