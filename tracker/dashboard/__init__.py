"""Reading room: the pages of one organisation that combine floors."""
