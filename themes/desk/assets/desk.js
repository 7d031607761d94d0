/*
 * The desk's own script: it makes work easier, and every page is whole without it. Nothing is remembered in the browser.
 * Runs in Chromium 86, Safari 14, Firefox 91.
 */
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isWriting = (target) => /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.isContentEditable;

  /** What only works with a script appears with it; also run for parts that htmx brings. */
  function enliven(within) {
    for (const each of all('[data-copy], [data-reveal], [data-dismiss]', within)) each.hidden = false;
    const summary = within.querySelector('[data-error-summary]');
    if (summary) summary.focus();
    // A live region that was there from the start is not read out: an empty one takes over its words.
    for (const toast of all('[data-toast]', within)) {
      const told = document.createElement('p');
      told.className = 'vh';
      told.setAttribute('role', 'status');
      toast.removeAttribute('role');
      toast.before(told);
      setTimeout(() => {
        told.textContent =
          toast.querySelector('span').textContent + (toast.querySelector('[data-undo]') ? '按 Ctrl+Z 可以撤销。' : '');
      }, 100);
    }
    reachScrollers();
  }

  /** What is wider than its place scrolls; the keyboard must reach it. */
  function reachScrollers() {
    for (const each of all('[data-scroller]')) {
      if (each.scrollWidth > each.clientWidth) {
        each.tabIndex = 0;
        each.setAttribute('role', 'region');
        each.setAttribute('aria-label', `${each.dataset.scroller}，可左右滚动`);
      } else {
        for (const name of ['tabindex', 'role', 'aria-label']) each.removeAttribute(name);
      }
    }
  }

  // ---- Sending

  let pressed = null;
  document.addEventListener('click', (event) => {
    pressed = event.target.closest('button');
  });

  // Later than the sending: a button that is disabled at once loses its own name and value.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'get' || 'stays' in form.dataset) return;
    const buttons = [...form.elements].filter((each) => each.type === 'submit' && !each.disabled);
    const button = event.submitter || (buttons.includes(pressed) ? pressed : buttons[0]);
    setTimeout(() => {
      for (const each of buttons) {
        each.disabled = true;
        each.dataset.waits = '';
      }
      const words = button?.classList.contains('button') && button.querySelector('span');
      if (!words) return;
      button.style.minWidth = `${button.offsetWidth}px`;
      button.dataset.words = words.textContent;
      button.setAttribute('aria-busy', 'true');
      words.textContent = '正在提交';
    });
  });

  // Back from the next page the browser may show this one as it was left.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const each of all('[data-waits]')) {
      each.disabled = false;
      delete each.dataset.waits;
      if (!each.dataset.words) continue;
      each.removeAttribute('aria-busy');
      each.querySelector('span').textContent = each.dataset.words;
    }
  });

  /** What is empty stays out of the address; but for the search, without which it would bring back what was remembered. */
  function dropEmpty(form) {
    const empty = all('input, select', form).filter(
      (each) => !each.value && !each.disabled && !('search' in each.dataset),
    );
    for (const each of empty) each.disabled = true;
    setTimeout(() => {
      for (const each of empty) each.disabled = false;
    });
  }
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[data-filters]')) dropEmpty(event.target);
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-chooser]')) event.target.closest('.chooser').querySelector('[data-choose]').click();
    const form = event.target.tagName === 'SELECT' && event.target.closest('[data-filters]');
    if (!form) return;
    dropEmpty(form);
    form.submit();
  });

  // ---- Small tools

  /** The clipboard is only there on https and localhost; elsewhere the selection is copied. */
  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    const lines = all('span', source);
    const text = lines.length ? lines.map((each) => each.textContent).join('\n') : source.textContent;
    const words = button.querySelector('span');
    try {
      await navigator.clipboard.writeText(text);
      words.textContent = '已复制';
    } catch {
      getSelection().selectAllChildren(source);
      words.textContent = document.execCommand('copy') ? '已复制' : '已选中，请按 Ctrl+C';
    }
    setTimeout(() => {
      words.textContent = '复制';
    }, 2500);
  }

  function reveal(button) {
    const field = button.previousElementSibling;
    const shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    button.querySelector('span').textContent = shown ? '显示' : '隐藏';
  }

  document.addEventListener('click', (event) => {
    // The way back to a form that was refused: as it was left, with what was typed.
    if (event.target.closest('[data-back]') && history.length > 1) {
      event.preventDefault();
      history.back();
    }
    const button = event.target.closest('button');
    const sheet = document.querySelector('[data-sheet][open]');
    if (sheet && !sheet.contains(event.target)) sheet.open = false;
    if (!button) return;
    if ('copy' in button.dataset) copy(button);
    if ('reveal' in button.dataset) reveal(button);
    if ('dismiss' in button.dataset) button.closest('[data-toast]').remove();
  });

  document.addEventListener('keydown', (event) => {
    // The toast leaves, the way back stays: who reads slowly, or hears the page, has all the time.
    const undo = document.querySelector('[data-undo] button:not(:disabled)');
    if (undo && event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isWriting(event.target)) {
      event.preventDefault();
      undo.click();
      return;
    }
    if (event.key === 'Escape') {
      const sheet = document.querySelector('[data-sheet][open]');
      if (!sheet) return;
      sheet.open = false;
      sheet.querySelector('summary').focus();
    }
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    const search = document.querySelector('[data-search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // ---- Parts that htmx asks for

  /** Over the page, read out at once; without words: nothing is told any more. */
  function tell(words) {
    const told = document.getElementById('told');
    told.textContent = '';
    if (!words) return;
    const alert = document.getElementById('told-alert').content.cloneNode(true);
    alert.querySelector('p').textContent = words;
    told.append(alert);
  }
  document.addEventListener('htmx:beforeRequest', () => tell(''));
  document.addEventListener('htmx:beforeSwap', ({ detail }) => {
    if (detail.xhr.status < 400) return;
    // The desk says itself where its refusal is to stand; what something before it answered has no words for people.
    if (detail.xhr.getResponseHeader('HX-Retarget')) {
      detail.shouldSwap = true;
      detail.isError = false;
    } else tell('没有取到内容，请稍后再试。');
  });
  for (const failure of ['htmx:sendError', 'htmx:timeout'])
    document.addEventListener(failure, () => tell('没有连上服务器，请检查网络后再试。'));

  window.addEventListener('resize', reachScrollers);
  document.addEventListener('htmx:load', (event) => event.target !== document.body && enliven(event.target));
  document.documentElement.classList.add('has-script');
  enliven(document);
})();
