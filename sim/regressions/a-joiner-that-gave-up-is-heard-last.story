# A device that takes a call over and gives up says on its own channel that its microphone still opens,
# after the server has told what the device that stays sends. That was shown for good.
story seed=34426 delay=5 jitter=0 commit=2 operation=61 watch=0
device ben microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=448 clock=0 direct=1 permissions=0
device cid microphone=1 camera=1 media=5 clock=0 direct=1 permissions=0
after 0 1 dial 0 0
after 0 3 dial 0 0
after 1000 2 join 0 0
after 321 2 hang_up 0 0
