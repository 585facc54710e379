# Ben's second device takes the call over while his first one puts it on hold to dial somebody else.
# The joiner must be fed although the other device holds, or the other side lets the old connection
# go and nobody ever learns that the new one is no good.
story seed=1 delay=20 jitter=0 commit=2 operation=15 watch=30000
device ann
device ben
device cid
device ben
after 0 1 dial 0 0
after 1000 2 answer 0 0
after 1000 4 join 0 0
after 120 2 dial 1 0
