"""Stories: what a lead does and what must happen, told with dates, played in virtual time."""
