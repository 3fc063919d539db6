#!/usr/bin/env bash
# A sweep as a Slurm array: sbatch slurm-array.sh. A task that is queued again goes on with its shard.
# When all are done: softreg sweep merge shards/* --out sweep
#SBATCH --job-name=softreg-sweep
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=00:30:00
#SBATCH --requeue
set -euo pipefail

out="shards/$SLURM_ARRAY_TASK_ID"
jobs="${SLURM_CPUS_PER_TASK:-1}"
if [ -e "$out/sweep.json" ]; then
  exec softreg sweep --resume "$out" --jobs "$jobs"
fi
exec softreg sweep --learning-rate 0.03,0.1,0.3 --batch-size 100,600 --l2 0,1e-4 \
  --backend simd --jobs "$jobs" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --out "$out"
