"""Who somebody is and what they may do; no tables and no pages."""
