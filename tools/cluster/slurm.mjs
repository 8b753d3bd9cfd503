/**
 * A Slurm cluster of one node on this machine, for the time of a test: the daemons of Slurm and munge as children of this process, with all
 * their files in one folder. It needs Debian's packages `slurm-wlm` and `munge`, and the rights of root.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];
const START_SECONDS = 60;

/** Returns why Slurm cannot run here; undefined if it can. */
export function missing() {
  const absent = PROGRAMS.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (absent.length > 0) return `${absent.join(', ')} not found; install the packages slurm-wlm and munge`;
  return process.getuid() === 0 ? undefined : 'the daemon of a node needs the rights of root';
}

/**
 * Starts a cluster whose files are in `folder`.
 *
 * @param tasks number of tasks that run at the same time
 * @returns `env` for its commands, `command` to run one, `signal` to send SIGTERM to a batch script by its job id, and `stop`
 */
export async function startCluster(folder, tasks = availableParallelism()) {
  for (const name of ['state', 'spool', 'munge']) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o755 });
  const at = (name) => path.join(folder, name);
  writeFileSync(at('munge/key'), randomBytes(1024), { mode: 0o400 });
  writeFileSync(at('slurm.conf'), configuration(folder, tasks));
  const env = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const children = [];
  const start = (program, ...args) => {
    const log = openSync(at(`${program}.out`), 'a');
    children.push(spawn(program, args, { env, stdio: ['ignore', log, log] }));
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([ended, pause(10).then(() => child.kill('SIGKILL'))]);
    }
  };
  const command = async (program, ...args) => (await run(program, args, { env, encoding: 'utf8' })).stdout.trim();
  // The command repeats a signal that a task does not take while it ends, for minutes, and would stop the task when it runs again.
  const signal = (job) => run('scancel', ['--batch', '--signal=TERM', job], { env, timeout: 2000 });
  try {
    const files = ['socket', 'pid', 'log', 'seed'].map((name) => at(`munge/${name}`));
    const [socket, pid, log, seed] = files;
    start(
      'munged',
      '--foreground',
      '--force',
      `--key-file=${at('munge/key')}`,
      `--socket=${socket}`,
      `--pid-file=${pid}`,
      `--log-file=${log}`,
      `--seed-file=${seed}`,
    );
    await pause(1);
    start('slurmctld', '-D', '-f', at('slurm.conf'));
    await pause(2);
    start('slurmd', '-D', '-f', at('slurm.conf'), '-N', hostname());
    for (let waited = 0; ; waited++) {
      const state = await command('sinfo', '-h', '-o', '%T').catch(String);
      if (state === 'idle') return { env, command, signal, stop };
      if (waited >= START_SECONDS)
        throw new Error(`the node is '${state}' after ${START_SECONDS} seconds; see ${folder}`);
      await pause(1);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(folder, tasks) {
  const host = hostname();
  return `ClusterName=geneformer
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued task waits until its old credential has expired; the default is 120 seconds.
AuthInfo=socket=${folder}/munge/socket,cred_expire=20
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=86400

NodeName=${host} NodeAddr=127.0.0.1 CPUs=${tasks} RealMemory=${Math.floor(totalmem() / 2 ** 20)} State=UNKNOWN
PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}

export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
