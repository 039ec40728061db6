"""Documents fetched into their places, a few at a time, resumed and verified."""
