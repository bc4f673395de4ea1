"""Reports and their recommendations: files we ship, projected into tables; and the words of the delivery ladder."""
