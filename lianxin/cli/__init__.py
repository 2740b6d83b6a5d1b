"""The console command `lianxin`: one door to the same actions the screens use. The console speaks English."""
