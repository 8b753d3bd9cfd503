import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const template = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => readFileSync(template(name), 'utf8');

/** Runs `use` with a folder whose programs come first, and that is removed afterwards. */
async function withPrograms(programs, use) {
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  try {
    return await use(folder, { ...process.env, PATH: `${folder}:${process.env.PATH}` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(['geneformer.sbatch', 'submit.sh'])('%s', (name) => {
  test('is a valid shell script', () => {
    expect(spawnSync('bash', ['-n', template(name)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('submit.sh', () => {
  const programs = { sbatch: 'printf "%s\\n" "$*" >> "$LOG"; wc -l < "$LOG"' };
  const calls = [
    [['embed', 'a.h5ad', '-o', 'b.h5ad'], "merge 'b.h5ad.parts'"],
    [['perturb', 'a.h5ad', '--out', 'deleted'], "merge 'deleted'"],
  ];
  test.each(calls)('%j starts an array and a dependent merge of its parts', (words, merge) =>
    withPrograms(programs, (folder, env) => {
      const own = {
        ...env,
        LOG: path.join(folder, 'log'),
        SHARDS: '3',
        SBATCH_OPTIONS: '--partition=long',
        GENEFORMER: 'geneformer',
      };
      expect(execFileSync(template('submit.sh'), words, { env: own, encoding: 'utf8' })).toBe('1 2\n');
      const [array, join] = readFileSync(own.LOG, 'utf8').trim().split('\n');
      expect(array).toBe(`--parsable --array=0-2 --partition=long ${template('geneformer.sbatch')} ${words.join(' ')}`);
      expect(join).toMatch(
        /--dependency=afterok:1 --kill-on-invalid-dep=yes .*--partition=long --wrap geneformer merge/,
      );
      expect(join.endsWith(merge)).toBe(true);
    }),
  );

  test('asks for an output', () => {
    expect(spawnSync(template('submit.sh'), ['embed', 'a.h5ad'], { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stderr: 'error: no output; give -o and a file or folder\n',
    });
  });
});

describe('geneformer.sbatch', () => {
  const scontrol = 'echo "$*" >> "$LOG"';
  const start = (env, folder) => {
    const own = { ...env, LOG: path.join(folder, 'log'), SLURM_JOB_ID: '7', GENEFORMER: 'share' };
    return { own, task: spawn('bash', [template('geneformer.sbatch'), 'embed', 'x'], { env: own }) };
  };
  const ended = (task) => new Promise((resolve) => task.once('exit', resolve));

  test('passes on the exit code, and queues nothing again', () =>
    withPrograms({ scontrol, share: 'echo "$*" >> "$LOG"; exit 3' }, async (folder, env) => {
      const { own, task } = start(env, folder);
      expect(await ended(task)).toBe(3);
      expect(readFileSync(own.LOG, 'utf8')).toBe('embed x --shard auto\n');
    }));

  test('on SIGTERM, lets the share end and queues the task again', () =>
    withPrograms(
      {
        scontrol,
        share:
          'trap \'sleep 0.3; echo saved >> "$LOG"; exit 1\' TERM; echo begun >> "$LOG"; while :; do sleep 0.05; done',
      },
      async (folder, env) => {
        const { own, task } = start(env, folder);
        const seen = () => (spawnSync('cat', [own.LOG], { encoding: 'utf8' }).stdout ?? '').includes('begun');
        while (!seen()) await new Promise((resolve) => setTimeout(resolve, 20));
        task.kill('SIGTERM');
        expect(await ended(task)).toBe(1);
        expect(readFileSync(own.LOG, 'utf8')).toBe('begun\nsaved\nrequeue 7\n');
      },
    ));
});

describe('the Kubernetes jobs', () => {
  const job = parse(read('kubernetes.yaml'));
  const container = job.spec.template.spec.containers[0];

  test('are Jobs with what the API requires', () => {
    for (const { apiVersion, kind, metadata, spec } of [job, parse(read('kubernetes-merge.yaml'))]) {
      expect([apiVersion, kind, metadata.name]).toEqual(['batch/v1', 'Job', expect.stringMatching(/^[a-z-]+$/)]);
      const { restartPolicy, containers, volumes } = spec.template.spec;
      // A Job refuses the default policy, Always.
      expect(restartPolicy).toBe('Never');
      expect(containers[0]).toMatchObject({ name: expect.any(String), image: expect.any(String) });
      expect(volumes.map(({ name }) => name)).toEqual(containers[0].volumeMounts.map(({ name }) => name));
    }
  });

  test('one is indexed, tells each pod the number of completions, and gives it time to stop', () => {
    expect(job.spec.completionMode).toBe('Indexed');
    expect(container.env).toEqual([{ name: 'JOB_COMPLETIONS', value: String(job.spec.completions) }]);
    expect(container.args.slice(-2)).toEqual(['--shard', 'auto']);
    expect(job.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
    expect(parse(read('kubernetes-merge.yaml')).spec.template.spec.containers[0].args).toEqual([
      'merge',
      `${container.args[container.args.indexOf('-o') + 1]}.parts`,
    ]);
  });
});
