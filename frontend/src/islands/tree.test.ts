import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from '../test-page';
import tree from './tree';

let root: HTMLElement;

const node = (name: string, url = '') =>
  `<li role="treeitem" ${url ? `aria-expanded="false" data-tree-url="${url}"` : ''}>
     <div class="tree-node"><span data-tree-toggle></span><a class="tree-label" href="#${name}">${name}</a></div></li>`;

beforeEach(() => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(node('佟家总支') + node('机关支部'))),
  );
  root = page(`<ul role="tree">${node('北宋镇', '/children/')}${node('陈庄镇')}</ul>`);
  tree(root);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const focused = () => document.activeElement?.querySelector('.tree-label')?.textContent;
const press = (key: string) =>
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const focusFirst = () => (root.querySelector('[role=treeitem]') as HTMLElement).focus();

test('right opens a node and asks for its children once', async () => {
  focusFirst();
  press('ArrowRight');
  await vi.waitFor(() => expect(root.querySelectorAll('[role=treeitem]')).toHaveLength(4));
  press('ArrowLeft');
  press('ArrowRight');
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(root.querySelector('[role=treeitem]')?.getAttribute('aria-expanded')).toBe('true');
});

test('down goes through what is open, left goes back to the parent', async () => {
  focusFirst();
  press('ArrowDown');
  expect(focused()).toBe('陈庄镇');
  press('Home');
  press('ArrowRight');
  await vi.waitFor(() => expect(root.querySelectorAll('[role=treeitem]')).toHaveLength(4));
  press('ArrowDown');
  press('ArrowDown');
  expect(focused()).toBe('机关支部');
  press('ArrowLeft');
  expect(focused()).toBe('北宋镇');
  press('End');
  expect(focused()).toBe('陈庄镇');
});

test('exactly one node is in the tab order', () => {
  focusFirst();
  press('ArrowDown');
  expect(root.querySelectorAll('[role=treeitem][tabindex="0"]')).toHaveLength(1);
});

test('children that cannot be loaded are explained, and the node stays closed', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response('', { status: 500 })),
  );
  focusFirst();
  press('ArrowRight');
  await vi.waitFor(() => expect(root.textContent).toContain('系统暂时没有办成这件事'));
  expect(root.querySelector('[role=treeitem]')?.getAttribute('aria-expanded')).toBe('false');
});
