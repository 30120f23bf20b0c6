"""./dev soak: a mixed load with faults for as long as one likes, watched from outside.

trend       does a quantity grow without end? The rule, and nothing else
plan        when which fault happens, and what it excuses
book        what all threads note: answers, faults, samples, complaints
house       the box office under test: one server, or two of a cluster behind a bad network
faults      the faults themselves
visitors    customers, staff, viewers and people with bad manners
watch       samples of processes, files, metrics and queues
judge       what is wrong with a run
report      build/reports/soak.html
"""
