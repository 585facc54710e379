# Ben's second device takes the call over while his first one dials somebody else. The server lets
# the call stay on hold where it was, but the other side had let that connection go: the two devices
# must be paired again.
story seed=2958 delay=56 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device cid microphone=1 camera=1 media=5 clock=0
after 0 3 dial 1 0
after 1000 4 answer 0 0
after 1000 2 join 0 0
after 375 3 dial 0 0
