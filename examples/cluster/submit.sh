#!/bin/bash
# Computes a command in shares and joins them, once all are there. Prints the ids of the two jobs.
#   SHARDS=8 ./submit.sh embed cells.h5ad -o embedded.h5ad
# The command is tokenize, embed, annotate or perturb. SBATCH_OPTIONS has options for both jobs, such as --partition.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
shards=${SHARDS:-8}

out=
for ((i = 1; i < $#; i++)); do
  next=$((i + 1))
  case ${!i} in -o | --out) out=${!next} ;; esac
done
if [ -z "$out" ]; then
  echo "error: no output; give -o and a file or folder" >&2
  exit 2
fi
# perturb writes its parts into its output, the other commands beside it.
folder=$out.parts
if [ "$1" = perturb ]; then folder=$out; fi

# shellcheck disable=SC2086
array=$(sbatch --parsable --array="0-$((shards - 1))" ${SBATCH_OPTIONS:-} "$here/geneformer.sbatch" "$@")
# shellcheck disable=SC2086
join=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --job-name=geneformer-merge \
  --output=geneformer-merge-%j.log ${SBATCH_OPTIONS:-} --wrap "${GENEFORMER:-npx geneformer} merge '$folder'")
echo "$array $join"
