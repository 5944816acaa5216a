"""Looking at everybody, page by page: segments, schedules, dates that have come."""
