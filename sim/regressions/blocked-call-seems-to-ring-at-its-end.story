# The devices of somebody who has blocked the caller come back after a restart when the time of the call is nearly up.
# That they seem to ring does not make it last longer.
story seed=1274269 delay=5 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 5 regard 3 0
after 0 6 crash 7753 0
after 16763 3 drain 0 0
after 1000 6 crash 3497 0
after 4162 2 dial 1 0
after 43148 4 drain 1079 0
after 0 1 dial 7 0
