"""Spend: what it costs now, what it cost, why it changed, when a cap is hit."""
