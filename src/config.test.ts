import { describe, expect, it } from 'vitest';
import { readConfig, SettingError } from './config.ts';

describe('settings', () => {
  it('have valid defaults', () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATABASE_URL: null,
      OFFLINE: false,
    });
  });

  it('treat empty text as unset', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ PORT: 3000, DATABASE_URL: null });
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['PORT', '3000.5'],
    ['DATABASE_URL', 'mysql://x'],
    ['PUBLIC_URL', 'papers.example.org'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['EDITION_TIMEZONE', 'America/Gotham'],
    ['EDITION_TURN', '25:00'],
    ['EDITION_TURN', '9pm'],
    ['OFFLINE', 'perhaps'],
    ['SYNC_CATEGORIES', 'cs.CL,?'],
    ['LOG_LEVEL', 'loud'],
    ['SYNC_DAYS', '0'],
  ])('%s=%j is refused, by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(SettingError);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it('do not print an invalid secret', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://me:hunter2@host/db' })).toThrow(/^(?!.*hunter2)/);
  });
});
