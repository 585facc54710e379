# A device whose page is new joins its call while the other side has not taken what came before: the
# call is not over for that, and joining again succeeds.
story seed=7069369 delay=20 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 0 2 dial 0 0
after 1000 1 flood 234 0
after 0 2 freeze 53724 0
after 32046 1 crash_page 0 0
after 0 1 answer 0 0
