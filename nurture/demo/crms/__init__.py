"""CRMs for the demo and for tests: real servers with the habits that the vendors document."""
