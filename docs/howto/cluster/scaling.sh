#!/bin/sh
# A scaling study in one allocation, whose nodes it should have for itself:
#
#   sbatch scaling.sh CASE [OPTION OF fem-kna scaling...]
#SBATCH --job-name=fem-kna-scaling
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=32
#SBATCH --cpus-per-task=1
#SBATCH --hint=nomultithread
#SBATCH --exclusive
#SBATCH --time=2:00:00
export OMP_NUM_THREADS=1

ranks=$(n=1; while [ "$n" -lt "$SLURM_NTASKS" ]; do printf '%d,' "$n"; n=$((2 * n)); done; echo "$SLURM_NTASKS")
exec fem-kna scaling "$@" --ranks "$ranks" --launcher "mpirun -n {ranks} -bind-to core"
