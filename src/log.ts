/** The log of a running site: one line per event on standard output, for people or (json) for programs. */

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export type Log = Record<Level, (says: string, facts?: Record<string, unknown>) => void>;

/** A log that omits what is below `level`. */
export function createLog(level: Level, json: boolean, write: (line: string) => void): Log {
  const at =
    (own: Level) =>
    (says: string, facts: Record<string, unknown> = {}) => {
      if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return;
      if (json) {
        write(JSON.stringify({ time: new Date().toISOString(), level: own, says, ...facts }));
        return;
      }
      const rest = Object.entries(facts).map(
        ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      write(`${own === 'info' ? '' : `${own}: `}${says}${rest.join('')}`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
