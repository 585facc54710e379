# A device is taking a call over when the server is started again, which lets it go: where the account is full by the
# time it comes back, it is no device of that call.
story seed=1190909 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 3 dial 0 0
after 0 2 crash 793 0
after 2762 1 answer 0 0
after 0 2 crash_between_sends 3043 0
after 13206 3 close_page 0 0
after 0 4 join 0 0
after 205 2 crash_between_sends 0 0
after 5185 4 crowd 20 0
after 2573 3 dial 0 0
