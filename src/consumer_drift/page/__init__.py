"""A page for people: the state of the fleet, and how it got there, as one HTML file and files for programs."""
