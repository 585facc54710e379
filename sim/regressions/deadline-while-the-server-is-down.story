# The server crashes just when it ends a call whose time is up, and is down for two seconds.
story seed=23 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 2 dial 0 0
after 32983 2 crash_before_commit 2380 0
after 13741 2 drain 0 0
