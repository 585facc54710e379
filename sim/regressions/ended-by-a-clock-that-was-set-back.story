# The server's clock is set back by a day, a call ends, the server crashes before its caller is told, and while it is down
# the clock is set right again. The call seems to have ended long ago; the caller invites once more, with an id that is
# minutes old.
story seed=1 delay=20 jitter=0 commit=2 operation=15 watch=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 2000 1 crash_after_commit 3500 0
after 1000 1 sign_out 8000 0
after 1000 2 dial 0 0
after 0 1 step_clock 86400000 1
after 2000 1 step_clock 86400000 0
