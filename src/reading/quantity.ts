/** What a number with its unit is to the rules. */
import type { Unit } from './types.ts';

/** A number as it appears in the text; tokens from `first` up to, not including, `last`. */
export interface Quantity {
  start: number;
  end: number;
  first: number;
  last: number;
  unit: Unit;
  /** How it is written; `bare` has neither unit nor noun yet. */
  form:
    | 'ratio'
    | 'twice'
    | 'percent'
    | 'points'
    | 'factor'
    | 'time'
    | 'measure'
    | 'count'
    | 'bare'
    | 'statistic'
    | 'rank'
    | 'vague';
  number: number | null;
  isWord: boolean;
  isRange: boolean;
  /** What is attached to the end of the number and is not a unit (“5-shot”, “3D”). */
  suffix: string;
}
