/** Formulas on the site's own pages: set together with those of papers, before anybody needs them. */
import { TREND_DAYS } from '../papers/ranking.ts';
import type { Formula } from './rules.ts';

/** The key of the trending order, as `/about/ranking` shows it. */
export const TRENDING_KEY = String.raw`\text{key} = \log_{10}(1 + \text{votes}) + \frac{\text{days}}{${TREND_DAYS}}`;

export const OWN: Formula[] = [{ tex: TRENDING_KEY, display: true }];
