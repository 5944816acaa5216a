"""One file per thing a person or a machine can ask for; nothing else writes."""
