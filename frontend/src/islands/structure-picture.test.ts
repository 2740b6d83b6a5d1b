import { afterEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import structurePicture, { shortened } from './structure-picture';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('long names are cut, Chinese characters counting two', () => {
  expect(shortened('饼子铺村党支部', 14)).toBe('饼子铺村党支部');
  expect(shortened('饼子铺村党支部', 10)).toBe('饼子铺村党…');
  expect(shortened('Bingzipu', 4)).toBe('Bing…');
});

test('draws two levels, opens a third on Enter, and asks for children that were not sent', async () => {
  const answers: Record<string, object> = {
    '/top': { name: '镇党委', children: [{ name: '总支', children_url: '/more' }, { name: '机关支部' }] },
    '/more': { name: '总支', children: [{ name: '饼子铺村党支部', members: 47 }] },
  };
  vi.stubGlobal(
    'fetch',
    vi.fn(async (url: string) => new Response(JSON.stringify(answers[url]))),
  );
  const root = page('<div data-url="/top"><div data-structure-canvas></div></div>');
  structurePicture(root);
  await vi.waitFor(() => expect(root.querySelectorAll('.structure-box')).toHaveLength(3));
  const branch = [...root.querySelectorAll('.structure-box')].find((box) => box.getAttribute('aria-label') === '总支');
  branch?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(root.querySelectorAll('.structure-box')).toHaveLength(4));
  expect(root.textContent).toContain('党员 47 名');
});
