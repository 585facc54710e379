# A device joins a call that its person's other device has left, and its page is loaded anew: the call
# is as left behind as before, and in nobody's way.
story seed=8214921 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 3 dial 0 0
after 3500 1 answer 0 0
after 3355 3 close_page 0 2
after 42081 2 join 0 0
after 35803 2 reload 0 0
after 0 2 dial 0 0
