"""What can happen with messages between organisations and members."""
