/** One step of a long job, as every package of the project reports it. `total` is NaN while it is unknown. */
export interface ProgressEvent {
  stage: string;
  done: number;
  total: number;
  unit: string;
  detail?: string;
}

export type Progress = (event: ProgressEvent) => void;
