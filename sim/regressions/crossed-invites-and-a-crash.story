# The server crashes just when two crossing invites have become one call: a device that finds itself
# in a call with the person it dials must not dial on.
story seed=73 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 1 dial 0 0
after 1000 2 crash_after_commit 0 0
after 0 2 dial 0 0
after 1000 2 crash_after_commit 0 0
