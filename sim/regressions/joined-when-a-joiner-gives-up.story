# After a restart, a device joins its call while a device of the other side, with which it was paired
# before its join arrived, has given up. That pair is over, so that the join makes another one.
story seed=8085209 delay=117 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 2 dial 0 0
after 0 1 dial 0 0
after 1000 2 block 12822 0
after 0 3 crash_after_commit 1369 0
after 0 4 join 0 0
after 0 1 slow_link 1267 1
after 4403 4 hang_up 0 0
