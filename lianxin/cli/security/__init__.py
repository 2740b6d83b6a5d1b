"""`lianxin doctor --security`: what an assessor asks of a running installation, answered by looking."""
