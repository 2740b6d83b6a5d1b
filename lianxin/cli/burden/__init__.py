"""`lianxin doctor --burden`: whether the software burdens those it should help, answered by looking."""
