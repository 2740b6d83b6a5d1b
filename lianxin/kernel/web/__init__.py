"""What every screen stands on: doors with declared permissions, the actor, navigation, lists."""
