#!/usr/bin/env bash
# A sweep by GNU parallel: 4 shards, two at a time, then merged into the folder "sweep".
# With --sshloginfile, and a folder that all machines share, the shards go to other machines.
set -euo pipefail

parallel --halt soon,fail=1 --jobs 2 \
  softreg sweep --learning-rate 0.03,0.1,0.3 --batch-size 100,600 --l2 0,1e-4 \
  --backend simd --jobs 1 --shard {}/4 --out shards/{} ::: 1 2 3 4
softreg sweep merge shards/* --out sweep
