# A caller is blocked while the server is down, and gives up: who has blocked does not hear how that
# call ended, also when a device of theirs asks.
story seed=1782 delay=20 jitter=0 commit=2 operation=15 watch=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 1000 1 crash_after_commit 3832 0
after 0 3 regard 0 0
after 1000 2 join 0 0
