# The invite with the lower id comes later. Other devices were told that the earlier one is over
# before the call that took its place was stored.
story seed=173 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0
device ann microphone=1 camera=1 media=5 clock=0
device ben microphone=1 camera=1 media=5 clock=0
after 0 2 sleep 221561 0
after 0 2 dial 0 0
after 0 3 dial 0 0
