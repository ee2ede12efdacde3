/** Which of the site's routes answers an address. */
import type { Param, Route } from './context.ts';
import { spellingOf, withoutEndSlashes } from './spelling.ts';

interface Compiled {
  route: Route;
  pattern: RegExp;
}

/** By the table they were made from, so that everything working on one site shares them. */
const routers = new WeakMap<readonly Route[], Router>();

/** The router over a table of routes. */
export function routerOf(table: readonly Route[]): Router {
  let router = routers.get(table);
  if (!router) {
    router = new Router(table);
    routers.set(table, router);
  }
  return router;
}

/** Finds routes. The first in the table that fits answers. */
export class Router {
  readonly table: readonly Route[];
  readonly #compiled: Compiled[];

  constructor(table: readonly Route[]) {
    this.table = table;
    // `:name` takes one segment, `:name{.+}` any number.
    this.#compiled = table.map((route) => ({
      route,
      // bounded: made of the routes of this program.
      pattern: new RegExp(
        `^${route.path
          .split(/(:\w+(?:\{\.\+\})?)/)
          .map((part) =>
            part.startsWith(':') ? (part.endsWith('}') ? '(.+)' : '([^/]+)') : part.replaceAll('.', '\\.'),
          )
          .join('')}$`,
      ),
    }));
  }

  /** The route of a decoded path and a method, with the path's parameter. */
  find(path: string, method?: 'GET'): { route: Extract<Route, { method: 'GET' }>; param: Param } | null;
  find(path: string, method: 'POST'): { route: Extract<Route, { method: 'POST' }>; param: Param } | null;
  find(path: string, method: Route['method'] = 'GET') {
    for (const { route, pattern } of this.#compiled) {
      if (route.method !== method) continue;
      const m = pattern.exec(path);
      if (m) return { route, param: m[1] ?? '' };
    }
    return null;
  }

  /**
   * Where a request's target (path and query) leads that is not in its one spelling (spelling.ts), at once to the route
   * it stands for; the target itself where it is. Null: it is no address.
   */
  rightAddress(target: string): string | null {
    const right = spellingOf(target);
    if (right === null || right === target) return right;
    const at = right.indexOf('?');
    const path = at < 0 ? right : right.slice(0, at);
    const tidy = withoutEndSlashes(path);
    return !this.find(path) && this.find(tidy) ? tidy + right.slice(path.length) : right;
  }
}
