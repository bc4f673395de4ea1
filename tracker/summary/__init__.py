"""Reading room: one honest picture across organisations."""
