"""What can be done with members' records: one file for each capability."""
