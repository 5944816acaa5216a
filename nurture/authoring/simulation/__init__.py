"""Forecasts: many leads who behave as described, walked by the same code as the engine's."""
