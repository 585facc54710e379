# Somebody lets only known people call while a stranger's call rings, and the server starts again:
# the call has rung, and is not unreachable when the first device is back.
story seed=2226 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 dial 0 0
after 1000 1 only_known 0 1
after 0 2 drain 0 0
