import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { whyNoSummaries } from './settings.ts';

const offline = (LLM_URL: string): string | null =>
  whyNoSummaries(readConfig({ OFFLINE: '1', LLM_MODEL: 'a-model', LLM_URL }));

test.each([
  'http://localhost:8000/v1',
  'http://127.0.0.1:8000/v1',
  'http://127.0.0.2/v1',
  'http://[::1]:8000/v1',
])('a model at %s may be asked offline', (url) => expect(offline(url)).toBeNull());

test.each([
  'http://192.168.0.7:8000/v1',
  'http://ollama:11434/v1',
  'https://api.example.org/v1',
  'http://[fd00::7]/v1',
])('a model at %s may not be asked offline', (url) =>
  expect(offline(url)).toBe('OFFLINE=1, and LLM_URL is not on this machine'),
);
