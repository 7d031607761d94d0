/*
 * Reading tools of a document: size of the text, printing, the place in the contents. The page is complete without
 * them, so the controls are made here and never stand dead. Runs in Chromium 86, Safari 14, Firefox 91.
 */
(() => {
  const grid = document.querySelector('.document');
  const head = document.querySelector('.paper-head');
  if (!grid || !head) return;

  const root = document.documentElement;
  const STORED = 'text-size';
  const SIZES = [
    { name: '', label: '标准' },
    { name: 'size-large', label: '大' },
    { name: 'size-larger', label: '特大' },
  ];

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  // Storage may be forbidden by the reader's settings: then the choice lasts for this page.
  const remembered = () => {
    try {
      return localStorage.getItem(STORED) || '';
    } catch {
      return '';
    }
  };
  const remember = (name) => {
    try {
      localStorage.setItem(STORED, name);
    } catch {}
  };

  const buttons = SIZES.map((size) => {
    const button = make('button', '', size.label);
    button.type = 'button';
    button.addEventListener('click', () => {
      choose(size.name);
      remember(size.name);
    });
    return button;
  });
  const choose = (name) => {
    SIZES.forEach((size, i) => {
      if (size.name) root.classList.toggle(size.name, size.name === name);
      buttons[i].setAttribute('aria-pressed', String(size.name === name));
    });
  };

  const section = (heading, className) => {
    const part = make('section', className);
    part.append(make('h2', '', heading));
    return part;
  };

  const tools = make('aside', 'tools');
  tools.setAttribute('aria-label', '阅读工具');
  const sizes = make('div', 'sizes');
  sizes.setAttribute('role', 'group');
  sizes.setAttribute('aria-label', '正文字号');
  sizes.append(...buttons);
  const sizeSection = section('字号', '');
  sizeSection.append(sizes);

  const print = make('button', 'tool');
  print.type = 'button';
  const printer = document.querySelector('#icon-print');
  if (printer) print.append(printer.content.cloneNode(true));
  print.append('打印本文');
  print.addEventListener('click', () => window.print());
  const printSection = section('工具', 'tools-print');
  printSection.append(print);
  tools.append(sizeSection, printSection);

  // Beside the text where there is room, else in its head.
  const narrow = window.matchMedia('(max-width: 899.98px)');
  const place = () => (narrow.matches ? head : grid).append(tools);
  narrow.addEventListener('change', place);
  choose(SIZES.some((size) => size.name === remembered()) ? remembered() : '');
  place();

  // A table wider than the column scrolls; the keyboard must reach it.
  for (const table of document.querySelectorAll('.prose .table')) {
    if (table.scrollWidth <= table.clientWidth) continue;
    table.tabIndex = 0;
    table.setAttribute('role', 'region');
    table.setAttribute('aria-label', '表格，可左右滚动');
  }

  const links = [...document.querySelectorAll('.contents a')];
  const targets = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length || !('IntersectionObserver' in window)) return;
  const mark = () => {
    let current = 0;
    targets.forEach((target, i) => {
      if (target && target.getBoundingClientRect().top < 160) current = i;
    });
    links.forEach((link, i) => {
      if (i === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    });
  };
  const observer = new IntersectionObserver(mark, { rootMargin: '-150px 0px -40% 0px', threshold: [0, 1] });
  for (const target of targets) if (target) observer.observe(target);
  mark();
})();
