"""Evidence: items, files and links that show what an organisation claims, and the bytes behind them."""
