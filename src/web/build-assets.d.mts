/** Writes the built assets to `outDir` with `manifest.json`: logical name → file name. */
export function buildAssets(outDir: string): Promise<{ manifest: Record<string, string>; hash: string }>;
