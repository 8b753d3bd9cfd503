/** Told after every step of something long; the caller decides how often to show it. */
export type Progress = (event: {
  /** What is being done: `pretrain`, `finetune`, `predict`, `embed` … */
  stage: string;
  done: number;
  total: number;
  /** What `done` and `total` count: `steps` or `cells`. */
  unit: string;
  /** The loss, for example. */
  detail?: string;
}) => void;
