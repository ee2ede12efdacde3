/** Finds the route in a table that answers an address. */
import { spellingOf, withoutEndSlashes } from './spelling.ts';

/** What a router needs to know about a route. */
export interface Routed {
  method: string;
  /** `:name` matches one segment, `:name{.+}` any number. */
  path: string;
}

interface Compiled<R> {
  route: R;
  pattern: RegExp;
  names: string[];
}

export interface Match<R> {
  route: R;
  /** The text in the path for each name, unchanged. */
  parts: Record<string, string>;
}

/** Finds routes. The first match in the table answers. */
export class Router<R extends Routed> {
  readonly table: readonly R[];
  readonly #compiled: Compiled<R>[];

  constructor(table: readonly R[]) {
    this.table = table;
    this.#compiled = table.map((route) => {
      const parts = route.path.split(/(:\w+(?:\{\.\+\})?)/);
      const pattern = parts.map((part) =>
        part.startsWith(':') ? (part.endsWith('}') ? '(.+)' : '([^/]+)') : part.replaceAll('.', '\\.'),
      );
      const names = parts
        .filter((part) => part.startsWith(':'))
        .map((part) => part.slice(1).replace('{.+}', ''));
      // bounded: built from this program's own routes.
      return { route, pattern: new RegExp(`^${pattern.join('')}$`), names };
    });
  }

  /** The route of a path and a method; null: there is none. */
  find<M extends R['method']>(path: string, method: M): Match<Extract<R, { method: M }>> | null {
    for (const { route, pattern, names } of this.#compiled) {
      if (route.method !== method) continue;
      const match = pattern.exec(path);
      if (match)
        return {
          route: route as Extract<R, { method: M }>,
          parts: Object.fromEntries(names.map((name, i) => [name, match[i + 1]!])),
        };
    }
    return null;
  }

  /** The methods that a path accepts. */
  methods(path: string): string[] {
    return [
      ...new Set(this.#compiled.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route.method)),
    ];
  }

  /**
   * The canonical form (spelling.ts) of a request's target (path and query), to redirect to if it differs; leads
   * directly to the route it stands for. Null: it is not an address.
   */
  rightAddress(target: string): string | null {
    const right = spellingOf(target);
    if (right === null || right === target) return right;
    const at = right.indexOf('?');
    const path = at < 0 ? right : right.slice(0, at);
    const tidy = withoutEndSlashes(path);
    return !this.find(path, 'GET') && this.find(tidy, 'GET') ? tidy + right.slice(path.length) : right;
  }
}
