/**
 * The organisation chart: left to right, folded below the second level, opened by click or Enter; can be kept as SVG
 * or PNG.
 *
 *     <div class="structure" data-island="structure-picture" data-url="/organisations/…/structure.json"
 *          data-name="北宋镇党委组织结构图">
 *       <div class="cluster"><button type="button" data-structure-save="svg">下载 SVG</button> …="png"…</div>
 *       <div class="structure-canvas" data-structure-canvas></div>
 *     </div>
 *
 * The address answers one node: `{"name", "kind", "members", "url", "children": [node…], "children_url"}`. A node without
 * `children` but with `children_url` is asked for when it is opened. Everything is drawn with attributes of SVG, so the
 * saved picture looks the same without our style sheet.
 */
import { type HierarchyPointNode, hierarchy, tree } from 'd3-hierarchy';
import { readJson } from '../server';
import { showToast } from '../shell/toasts';
import { say } from '../words';

export interface StructureNode {
  name: string;
  kind?: string;
  members?: number;
  url?: string;
  children?: StructureNode[];
  children_url?: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const BOX = { width: 208, height: 48, gapX: 48, gapY: 12, edge: 16 };
const INK = '#1f2329';
const MUTED = '#5b6470';
const LINE = '#b9c0c9';
const RED = '#b8181c';
const FONT = 'PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif';

/** Cuts a name to what fits: a Chinese character counts two, a Latin letter one. */
export function shortened(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const letter of text) {
    used += (letter.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (used > width) return `${kept}…`;
    kept += letter;
  }
  return text;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function words(x: number, y: number, size: number, colour: string, sentence: string): SVGElement {
  const made = element('text', { x, y, 'font-size': size, 'font-family': FONT, fill: colour });
  made.textContent = sentence;
  return made;
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export default function structurePicture(root: HTMLElement): () => void {
  const canvas = root.querySelector<HTMLElement>('[data-structure-canvas]') ?? root;
  const title = root.dataset.name ?? say('structureName');
  const open = new Set<StructureNode>();
  let top: StructureNode | undefined;
  let svg: SVGElement | undefined;

  const begin = async (): Promise<void> => {
    canvas.textContent = say('loading');
    try {
      top = await readJson<StructureNode>(root.dataset.url ?? '');
      open.add(top);
      draw();
    } catch (failure) {
      canvas.textContent = failure instanceof Error ? failure.message : say('loadFailed');
    }
  };

  const canOpen = (node: StructureNode): boolean => Boolean(node.children?.length || node.children_url);

  const toggle = async (node: StructureNode): Promise<void> => {
    if (!canOpen(node)) return;
    if (open.has(node)) {
      open.delete(node);
    } else {
      if (!node.children && node.children_url) {
        try {
          node.children = (await readJson<StructureNode>(node.children_url)).children ?? [];
        } catch (failure) {
          showToast(failure instanceof Error ? failure.message : say('loadFailed'), 'late');
          return;
        }
      }
      open.add(node);
    }
    draw(node);
  };

  const draw = (focused?: StructureNode): void => {
    if (!top) return;
    const data = hierarchy(top, (node) => (open.has(node) ? (node.children ?? []) : []));
    const laid = tree<StructureNode>()
      .nodeSize([BOX.height + BOX.gapY, BOX.width + BOX.gapX])
      .separation((a, b) => (a.parent === b.parent ? 1 : 1.3))(data);
    const nodes = laid.descendants();
    const least = Math.min(...nodes.map((node) => node.x));
    const height = Math.max(...nodes.map((node) => node.x)) - least + BOX.height + 2 * BOX.edge;
    const width = (laid.height + 1) * (BOX.width + BOX.gapX) - BOX.gapX + 2 * BOX.edge;

    const picture = element('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, role: 'group' });
    picture.setAttribute('aria-label', title);
    picture.append(element('rect', { width, height, fill: '#ffffff' }));
    const shift = element('g', { transform: `translate(${BOX.edge} ${BOX.edge - least})` });
    picture.append(shift);
    for (const link of laid.links()) shift.append(line(link.source, link.target));
    let focus: SVGElement | undefined;
    for (const node of nodes) {
      const drawn = box(node);
      shift.append(drawn);
      if (node.data === focused) focus = drawn;
    }
    canvas.replaceChildren(picture);
    svg = picture;
    focus?.focus();
  };

  const line = (from: HierarchyPointNode<StructureNode>, to: HierarchyPointNode<StructureNode>): SVGElement => {
    const x1 = from.y + BOX.width;
    const y1 = from.x + BOX.height / 2;
    const y2 = to.x + BOX.height / 2;
    const middle = x1 + BOX.gapX / 2;
    return element('path', {
      d: `M${x1} ${y1}H${middle}V${y2}H${to.y}`,
      fill: 'none',
      stroke: LINE,
      'stroke-width': 1,
    });
  };

  const box = (node: HierarchyPointNode<StructureNode>): SVGElement => {
    const { data } = node;
    const group = element('g', { transform: `translate(${node.y} ${node.x})`, class: 'structure-box' });
    const isTop = node.depth === 0;
    group.append(
      element('rect', {
        width: BOX.width,
        height: BOX.height,
        rx: 5,
        fill: isTop ? RED : '#ffffff',
        stroke: isTop ? RED : LINE,
      }),
      words(12, 20, 13, isTop ? '#ffffff' : INK, shortened(data.name, 24)),
    );
    const under = [data.kind, data.members === undefined ? '' : say('members', { count: data.members })];
    group.append(words(12, 38, 11, isTop ? '#ffffff' : MUTED, under.filter(Boolean).join(' · ')));
    const full = element('title', {});
    full.textContent = data.name;
    group.prepend(full);
    group.setAttribute('tabindex', '0');
    group.setAttribute('role', canOpen(data) ? 'button' : 'img');
    group.setAttribute('aria-label', [data.name, ...under].filter(Boolean).join('，'));
    if (canOpen(data)) {
      group.setAttribute('aria-expanded', String(open.has(data)));
      group.append(words(BOX.width - 22, 29, 16, isTop ? '#ffffff' : RED, open.has(data) ? '−' : '+'));
      group.addEventListener('click', () => void toggle(data));
      group.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        void toggle(data);
      });
    }
    return group;
  };

  const save = async (kind: string | undefined): Promise<void> => {
    if (!svg) return;
    const source = new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' });
    if (kind !== 'png') return download(source, `${title}.svg`);
    const image = new Image();
    image.src = URL.createObjectURL(source);
    await image.decode();
    const paper = document.createElement('canvas');
    paper.width = image.naturalWidth * 2;
    paper.height = image.naturalHeight * 2;
    paper.getContext('2d')?.drawImage(image, 0, 0, paper.width, paper.height);
    URL.revokeObjectURL(image.src);
    paper.toBlob((blob) => blob && download(blob, `${title}.png`), 'image/png');
  };

  const click = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>('[data-structure-save]');
    if (button) void save(button.dataset.structureSave);
  };
  root.addEventListener('click', click);
  void begin();
  return () => root.removeEventListener('click', click);
}
