/** Features of one kind that are not columns of the matrix. */
export interface SetApart {
  /** The type that the file states, such as `Antibody Capture`, or why else they are not read. */
  kind: string;
  features: number;
}

/** Where the stored columns of a matrix go: plain typed arrays and numbers, so that it can be sent to a thread. */
export interface ColumnChoice {
  /** One per stored column: its place in the matrix, or −1 − the position of its kind in `CellSource.setApart`. */
  placeOf: Int32Array;
  /** Columns of the matrix. */
  columns: number;
  /** Kinds that are set apart. */
  kinds: number;
  /** Whether several stored columns have one place, so that their counts are summed. */
  summed: boolean;
}
