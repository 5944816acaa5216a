"""Durable lead nurturing."""
