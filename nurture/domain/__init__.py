"""The pure rules of a journey: standard library only, no clock, no I/O."""
