// Vectors of a file in shares, joined at the end:
//   nextflow run main.nf --cells cells.h5ad --out embedded.h5ad --shards 8
// With an executor, such as Slurm, each share is one job.
nextflow.enable.dsl = 2

params.shards = 8
params.model = 'mini'
params.geneformer = 'npx geneformer'

process share {
  cpus 1
  memory '4 GB'
  errorStrategy 'retry'
  maxRetries 3

  input:
  val index

  output:
  path "share-${index}.json"

  script:
  """
  ${params.geneformer} embed '${params.cells}' -m '${params.model}' -o '${params.out}' \
    --shard ${index}/${params.shards} --json > share-${index}.json
  """
}

process merge {
  cpus 1
  memory '8 GB'

  input:
  path shares

  output:
  stdout

  script:
  """
  ${params.geneformer} merge '${params.out}.parts'
  """
}

workflow {
  // Paths must be absolute, because every process runs in a folder of its own.
  Channel.of(0..<(params.shards as int)) | share | collect | merge | view
}
