"""The loop, in every worker and led by one, that looks at events and tells Temporal and the CRM what is in
the outbox."""
