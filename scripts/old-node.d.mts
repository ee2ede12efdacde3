export const PROGRAM: string;
export function isOlder(version: string, than: string): boolean;
