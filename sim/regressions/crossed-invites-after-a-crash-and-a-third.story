# Two invites cross after a crash, and the device whose invite was merged is not back yet: the call
# keeps that person's line, so that a third caller finds it busy.
story seed=7060852 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device dot microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 dial 0 0
after 26111 6 dial 0 0
after 15858 2 dial 0 0
after 15291 6 crash_between_sends 1403 0
after 0 1 dial 0 0
after 2000 3 dial 0 0
after 0 5 dial 0 0
