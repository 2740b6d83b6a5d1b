import { expect, test } from 'vitest';
import { say } from './words';

test('sentences follow the language of the page and take their values', () => {
  document.documentElement.lang = 'zh-Hans';
  expect(say('selected', { count: 3 })).toBe('已选 3 项');
  document.documentElement.lang = 'en';
  expect(say('selected', { count: 3 })).toBe('3 selected');
});
