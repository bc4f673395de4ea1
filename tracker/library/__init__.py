"""What staff learn from: guidelines and their versions, and each organisation's own list of training resources."""
