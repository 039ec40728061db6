"""How pages are made and which are set aside, with one page before and after."""
