"""A month of believable leads on the stepped clock: the whole product at work, on one machine, in minutes."""
