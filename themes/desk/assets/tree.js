/*
 * Channels as a tree: by keyboard and by drag. Both end in the same post as the buttons of a row, which serve everybody
 * else. Runs in Chromium 86, Safari 14, Firefox 91.
 */
(() => {
  const rows = () => [...document.querySelectorAll('[data-tree-row]')];
  const nameOf = (row) => row.querySelector('[data-tree-name]');
  const depthOf = (row) => Number(row.dataset.depth);
  const focusName = (row) => row && nameOf(row).focus();

  document.addEventListener('keydown', (event) => {
    const row = event.target.closest('[data-tree-row]');
    if (
      !row ||
      /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey
    )
      return;
    const list = rows();
    const at = list.indexOf(row);
    const toggle = row.querySelector('[data-tree-toggle]');
    const isOpen = toggle && toggle.dataset.treeToggle === 'open';
    const press = (move) => {
      const button = row.querySelector(`button[name="move"][value="${move}"]`);
      if (button) button.click();
    };
    const acts = {
      ArrowDown: () => focusName(list[at + 1]),
      ArrowUp: () => focusName(list[at - 1]),
      Home: () => focusName(list[0]),
      End: () => focusName(list[list.length - 1]),
      ArrowRight: () => (toggle && !isOpen ? toggle.click() : isOpen && focusName(list[at + 1])),
      ArrowLeft: () =>
        isOpen ? toggle.click() : focusName(list.find((each) => each.dataset.id === row.dataset.parent)),
    };
    const moves = { ArrowUp: () => press('up'), ArrowDown: () => press('down') };
    const act = (event.altKey ? moves : acts)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /** Where a row would go: `before` a sibling or last `into` a parent; both empty is last on the top level. */
  function placeAt(row, part, dragged) {
    if (part === 'before') return { before: row.dataset.id, into: '' };
    if (part === 'into') return { before: '', into: row.dataset.id };
    const below = rows().slice(rows().indexOf(row) + 1);
    const child = below[0] && depthOf(below[0]) > depthOf(row) && below[0] !== dragged ? below[0] : null;
    const sibling = below.find((each) => each !== dragged && each.dataset.parent === row.dataset.parent);
    const next = child || sibling;
    return next ? { before: next.dataset.id, into: '' } : { before: '', into: row.dataset.parent };
  }

  /** A row and all that stands below it. */
  function subtree(row) {
    const below = rows().slice(rows().indexOf(row) + 1);
    const end = below.findIndex((each) => depthOf(each) <= depthOf(row));
    return [row, ...below.slice(0, end < 0 ? below.length : end)];
  }

  document.addEventListener('pointerdown', (event) => {
    const grip = event.target.closest('[data-tree-grip]');
    const form = document.querySelector('#tree-drag');
    if (!grip || !form || event.button !== 0) return;
    event.preventDefault();
    const dragged = grip.closest('[data-tree-row]');
    const moving = subtree(dragged);
    const status = document.querySelector('[data-tree-status]');
    let target = null;

    const unmark = () => {
      for (const each of rows()) each.classList.remove('drop-before', 'drop-into', 'drop-after');
    };
    const follow = (move) => {
      const edge = 56;
      if (move.clientY < edge) scrollBy(0, -12);
      if (move.clientY > innerHeight - edge) scrollBy(0, 12);
      const under = document.elementFromPoint(move.clientX, move.clientY);
      const row = under?.closest('[data-tree-row]');
      unmark();
      target = null;
      if (!row || moving.includes(row)) return;
      const box = row.getBoundingClientRect();
      const height = (move.clientY - box.top) / box.height;
      const part = height < 0.3 ? 'before' : height > 0.7 ? 'after' : 'into';
      target = placeAt(row, part, dragged);
      row.classList.add(`drop-${part}`);
      const name = `“${nameOf(row).textContent}”`;
      status.textContent = { before: `移到${name}之前`, after: `移到${name}之后`, into: `移入${name}` }[part];
    };
    const stop = () => {
      unmark();
      document.body.classList.remove('is-dragging');
      for (const each of moving) each.classList.remove('is-dragged');
      for (const [type, listener] of Object.entries(listeners)) document.removeEventListener(type, listener);
    };
    const drop = () => {
      stop();
      if (!target) return;
      form.action = `${form.dataset.base}/${dragged.dataset.id}/position`;
      form.elements.before.value = target.before;
      form.elements.into.value = target.into;
      form.submit();
    };
    const listeners = {
      pointermove: follow,
      pointerup: drop,
      pointercancel: stop,
      keydown: (key) => key.key === 'Escape' && stop(),
    };
    document.body.classList.add('is-dragging');
    for (const each of moving) each.classList.add('is-dragged');
    for (const [type, listener] of Object.entries(listeners)) document.addEventListener(type, listener);
  });

  for (const each of document.querySelectorAll('[data-tree-grip]')) each.hidden = false;
  // Safari goes to the fragment without the focus; the others take it back while the page is still loading.
  window.addEventListener('load', () => {
    const [, part, id] = /^#(row|up|down|in|out)-(.+)$/.exec(location.hash) || [];
    if (!part) return;
    const asked = document.getElementById(`${part}-${id}`);
    // The button that moved a row is pressed again and again, until it leads no further.
    const target = asked && !asked.disabled ? asked : document.getElementById(`row-${id}`);
    if (target) target.focus();
  });
})();
