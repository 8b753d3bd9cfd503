/** One step of a long job. */
export interface ProgressEvent {
  /** The part of the job that is running: `tokenize`, `finetune`, `download` … */
  stage: string;
  done: number;
  /** NaN while the total is unknown. */
  total: number;
  /** What `done` and `total` count: `cells`, `steps`, `bytes` … */
  unit: string;
  /** A short addition, such as the current loss. */
  detail?: string;
}

/**
 * Receives every step of a long job. The caller decides how often to show one.
 *
 * @example
 * const onProgress: Progress = ({ stage, done, total, unit }) => console.error(`${stage} ${done}/${total} ${unit}`);
 */
export type Progress = (event: ProgressEvent) => void;
