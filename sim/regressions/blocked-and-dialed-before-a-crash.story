# A caller is blocked while they ring; then the one who blocked them dials them from one device, which makes one call
# of the two, and the server goes down before it has said so. The other device, where the ringing had stopped, learns
# from the snapshot that the call is on elsewhere.
story seed=1001319 delay=20 jitter=0 commit=2 operation=15 watch=150000
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 1000 3 regard 0 0
after 1000 1 crash_after_commit 0 0
after 0 1 dial 0 0
after 0 3 dial 0 0
after 1000 2 lose 0 0
