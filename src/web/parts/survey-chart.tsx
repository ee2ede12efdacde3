/**
 * The timeline of a survey as a chart: papers per step, and below that a row for each theme. Every bar has a title; the
 * table next to it has the same numbers, and is what screen readers get.
 */
import { count, monthOf, sayDay, sayMonth } from '../../present/dates.ts';
import type { Theme, Timeline } from '../../survey/types.ts';

const WIDTH = 720;
const HEIGHT = 120;
const LEFT = 30;
const AXIS = 22;
/** The most letters of a theme's name beside its row. */
const LONGEST = 26;
const ROW = 19;

export const sayStep = (at: string, step: Timeline['step']): string =>
  step === 'day' ? sayDay(at) : step === 'month' ? sayMonth(at) : at;

export const SurveyChart = ({ timeline, themes }: { timeline: Timeline; themes: readonly Theme[] }) => {
  const { steps, papers, step, bursts } = timeline;
  const most = Math.max(1, ...papers);
  const width = (WIDTH - LEFT) / steps.length;
  const x = (i: number): number => LEFT + i * width;
  const bar = Math.max(1, Math.min(28, width * 0.72));
  const burst = new Set(bursts.filter(({ theme }) => theme === null).map(({ at }) => at));
  const rows = timeline.themes.map(({ key, papers: counts }) => ({
    theme: themes.find((theme) => theme.key === key)!,
    counts,
  }));
  const top = HEIGHT + AXIS + 14;
  const height = rows.length === 0 ? HEIGHT + AXIS : top + rows.length * (ROW * 2) + 4;
  const mostInRow = Math.max(1, ...rows.flatMap(({ counts }) => counts));
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true" focusable="false">
      {gridOf(most).map((value) => {
        const y = HEIGHT - (value / most) * (HEIGHT - 14);
        return (
          <>
            <line class="grid" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
            <text class="tick" x={LEFT - 6} y={y + 4} text-anchor="end">
              {value}
            </text>
          </>
        );
      })}
      {papers.map((value, i) => {
        const tall = (value / most) * (HEIGHT - 14);
        return (
          value > 0 && (
            <rect
              class={burst.has(steps[i]!) ? 'column burst' : 'column'}
              x={round(x(i) + (width - bar) / 2)}
              y={round(HEIGHT - tall)}
              width={round(bar)}
              height={round(tall)}
            >
              <title>{`${sayStep(steps[i]!, step)}: ${count(value, 'paper')}`}</title>
            </rect>
          )
        );
      })}
      <line class="axis" x1={LEFT} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      {ticksOf(steps, step).map(({ i, says }, n) => (
        <text
          class={n % 2 === 0 ? 'tick' : 'tick odd'}
          x={round(x(i) + width / 2)}
          y={HEIGHT + 15}
          text-anchor={anchor(i, steps.length)}
        >
          {says}
        </text>
      ))}
      {rows.map(({ theme, counts }, r) => {
        const y = top + r * ROW * 2;
        return (
          <>
            <text class="row-name" x={LEFT} y={y + 11}>
              {theme.name.length > LONGEST * 3 ? `${theme.name.slice(0, LONGEST * 3)}…` : theme.name}
            </text>
            <line class="grid" x1={LEFT} x2={WIDTH} y1={y + ROW + 9} y2={y + ROW + 9} />
            {counts.map(
              (value, i) =>
                value > 0 && (
                  <circle
                    class="dot"
                    cx={round(x(i) + width / 2)}
                    cy={y + ROW + 9}
                    r={round(1.6 + 6.4 * Math.sqrt(value / mostInRow))}
                  >
                    <title>{`${theme.name}, ${sayStep(steps[i]!, step)}: ${count(value, 'paper')}`}</title>
                  </circle>
                ),
            )}
          </>
        );
      })}
    </svg>
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;

const anchor = (i: number, count: number): 'start' | 'middle' | 'end' =>
  count > 3 && i === 0 ? 'start' : count > 3 && i === count - 1 ? 'end' : 'middle';

/** One or two whole values for lines across. */
function gridOf(most: number): number[] {
  if (most < 2) return [most];
  const half = Math.floor(most / 2);
  return half === most ? [most] : [half, most];
}

/** As many step names as fit, evenly spaced. */
function ticksOf(steps: readonly string[], step: Timeline['step']): { i: number; says: string }[] {
  const every = Math.max(1, Math.ceil(steps.length / 7));
  return steps.flatMap((at, i) => {
    if (i % every !== 0) return [];
    const says =
      step === 'day'
        ? `${Number(at.slice(8))} ${sayMonth(monthOf(at)).slice(0, 3)}`
        : step === 'month'
          ? `${sayMonth(at).slice(0, 3)} ${at.slice(0, 4)}`
          : at;
    return [{ i, says }];
  });
}

/** The same as a table. */
export const TimelineTable = ({ timeline, themes }: { timeline: Timeline; themes: readonly Theme[] }) => {
  const { steps, papers, step, themes: rows } = timeline;
  const noun = { day: 'Day', month: 'Month', year: 'Year' }[step];
  return (
    <table>
      <caption class="vh">Papers per {noun.toLowerCase()}, in all and of each theme</caption>
      <thead>
        <tr>
          <th scope="col">{noun}</th>
          <th scope="col">Papers</th>
          {rows.map(({ key }) => (
            <th scope="col">{themes.find((theme) => theme.key === key)?.name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {steps.map(
          (at, i) =>
            papers[i]! > 0 && (
              <tr>
                <th scope="row">{sayStep(at, step)}</th>
                <td>{papers[i]}</td>
                {rows.map(({ papers: counts }) => (
                  <td>{counts[i] === 0 ? '' : counts[i]}</td>
                ))}
              </tr>
            ),
        )}
      </tbody>
    </table>
  );
};
