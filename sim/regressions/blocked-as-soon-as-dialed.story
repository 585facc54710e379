# Somebody dials and blocks the same person at once: the store has not written the call yet, and tells
# the decision without it. Who was dialed is known, and may call.
story seed=7304106 delay=85 jitter=13 commit=17 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 only_known 0 1
after 0 2 only_known 0 1
after 0 1 dial 0 0
after 103 1 regard 0 0
after 0 2 dial 0 0
