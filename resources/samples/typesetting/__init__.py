"""The invented language, the type and the drawings of the sample documents."""
