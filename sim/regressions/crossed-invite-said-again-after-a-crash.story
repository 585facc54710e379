# Two invites become one call, the server crashes before the two are told, and the call ends while one of them is away.
# That one says its invite again: it must neither ring at the other, who has hung up, nor start another call.
story seed=1 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 1 dial 0 0
after 1000 2 crash_after_commit 500 0
after 0 2 dial 0 0
after 500 2 offline 6000 0
after 3000 1 hang_up 0 0
after 20000 1 microphone 0 0
