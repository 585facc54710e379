# A caller is blocked while the two devices connect: the other side hears nothing more.
story seed=1198 delay=249 jitter=0 commit=2 operation=15 watch=0
device ann microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 1500 2 regard 0 0
