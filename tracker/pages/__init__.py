"""Reading room: public pages about the catalogue and the service itself."""
