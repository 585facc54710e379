# An accept is said again after a device that was taking the call over has given up. The answer named
# that device's link together with the one that stayed.
story seed=10080287 delay=20 jitter=115 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 3 dial 0 0
after 1000 1 block 0 1
after 0 1 dial 0 0
after 1000 2 join 0 0
after 3656 1 answer 0 0
after 0 2 hang_up 0 0
