#!/bin/sh
# One case on a cluster, from its last checkpoint if there is one:
#
#   sbatch job.sh CASE [OPTION OF fem-kna run...]
#
# It is put back into the queue when its time is up, and goes on there. Put in partition and account.
#SBATCH --job-name=fem-kna
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=32
#SBATCH --cpus-per-task=1
#SBATCH --hint=nomultithread
#SBATCH --mem-per-cpu=2G
#SBATCH --time=12:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
export OMP_NUM_THREADS=1 # a rank is one thread on one core, and stays there

trap 'kill -USR1 "$run"' USR1 # mpirun hands it on; every rank ends its step, and a checkpoint is left
mpirun -n "$SLURM_NTASKS" -bind-to core fem-kna run "$@" --resume &
run=$!
wait "$run"
code=$?
while kill -0 "$run" 2>/dev/null; do # the signal ended the wait, not the run
    wait "$run"
    code=$?
done
if [ "$code" -eq 3 ]; then # stopped with a checkpoint
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
