"""Where an organisation stands on a recommendation, with its history and actions."""
