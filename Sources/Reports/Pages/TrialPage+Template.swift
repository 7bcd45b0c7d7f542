extension TrialPage {
  /// The page, with `/*TRIALS*/null` where the trials go. It needs nothing else and asks for nothing: its policy forbids it.
  static let template = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>Pictures</title>
    <style>
    :root { color-scheme: light dark; --ground: #fff; --ink: #1b1b1b; --soft: #5c5c5c; --line: #8a8a8a;
      --face: #f1f1f1; --accent: #1857b8; --on-accent: #fff; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #1d1d1d; --ink: #ececec; --soft: #b0b0b0; --line: #7c7c7c;
        --face: #2c2c2c; --accent: #8ab4f8; --on-accent: #10213d; }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    main { padding: 1rem; max-width: 80rem; margin: 0 auto; overflow-wrap: anywhere; }
    section { max-width: 40rem; margin: 0 auto; }
    #trial { max-width: none; text-align: center; }
    h1 { font-size: 1.4rem; line-height: 1.3; margin: 1rem 0; }
    h2 { font-size: 1.15rem; line-height: 1.3; margin: .75rem 0; }
    h1:focus, h2:focus { outline: none; } /* focused by the page only, so that a reader begins there */
    label { display: block; margin: 1rem 0; }
    input, textarea { display: block; width: 100%; margin-top: .25rem; padding: .5rem; font: inherit;
      color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .375rem; }
    textarea { height: 12rem; font: .8rem/1.4 monospace; }
    button { min-height: 2.75rem; padding: .4rem 1.1rem; font: inherit; color: inherit; background: var(--face);
      border: 1px solid var(--line); border-radius: .375rem; cursor: pointer; touch-action: manipulation; }
    button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
    button.link { background: none; border-color: transparent; color: var(--soft); text-decoration: underline; }
    button:disabled { opacity: .45; cursor: default; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1rem 0; }
    .note { color: var(--soft); font-size: .9rem; }
    #progress { display: flex; gap: .75rem; align-items: center; max-width: 40rem; margin: 0 auto; }
    #progress span { white-space: nowrap; font-variant-numeric: tabular-nums; }
    progress { flex: 1; min-width: 0; height: .6rem; accent-color: var(--accent); }
    #stage { position: relative; display: inline-flex; gap: 12px; padding: 12px; max-width: 100%;
      background: #808080; border-radius: .375rem; user-select: none; -webkit-user-select: none; }
    .slot { position: relative; flex: none; padding: 0; border: 0; border-radius: 0; background: none; }
    /* No mark on a picture under the pointer or a finger: it would stay there for the next pair. */
    .slot img, .slot canvas { position: absolute; inset: 0; margin: auto; visibility: hidden; pointer-events: none; }
    #stage[data-phase=picture] img, #stage[data-phase=mask] canvas { visibility: visible; }
    #cross { position: absolute; inset: 0; display: grid; place-items: center; visibility: hidden; pointer-events: none;
      color: #fff; font: 2rem/1 monospace; }
    #stage[data-phase=cross] #cross { visibility: visible; }
    button.slot:focus-visible { outline-color: #fff; }
    #choices { display: flex; gap: .75rem; max-width: 26rem; margin: .75rem auto; }
    #choices button { flex: 1 1 0; min-height: 3.75rem; font-weight: 600; padding: .4rem; }
    #choices small, #hint { display: block; font-weight: 400; color: var(--soft); }
    #below { display: flex; justify-content: space-between; max-width: 26rem; margin: 0 auto; }
    @media (pointer: coarse) { #choices small, .keys { display: none; } }
    </style>
    </head>
    <body>
    <main>
    <noscript>This page needs JavaScript.</noscript>
    <p id="problem" role="alert" hidden></p>
    <section id="start" hidden>
      <h1 id="title" tabindex="-1"></h1>
      <p id="task"></p>
      <p><strong id="asked"></strong></p>
      <p><span id="count"></span><span class="keys" id="keys"></span></p>
      <form id="form">
        <label id="who">A pseudonym (may be left empty)
          <input id="rater" maxlength="40" autocomplete="off" spellcheck="false"></label>
        <p id="earlier" hidden></p>
        <div class="row">
          <button id="begin" class="main" disabled>Loading the pictures…</button>
          <button id="anew" type="button" class="link" hidden>Begin anew as another rater</button>
        </div>
      </form>
      <p class="note">Nothing is sent anywhere: at the end you save your answers as a file.
        <span id="unkept" hidden>This browser cannot keep answers for this page: do not reload or close it
        before you have saved them.</span></p>
    </section>
    <section id="trial" hidden>
      <div id="progress"><span id="where" aria-live="polite"></span><progress id="bar" aria-hidden="true"></progress></div>
      <h2 id="question" tabindex="-1"></h2>
      <div id="stage"><span id="cross" aria-hidden="true">+</span></div>
      <div id="choices" hidden>
        <button id="real">real<small>R or ←</small></button>
        <button id="generated">generated<small>G or →</small></button>
      </div>
      <p id="hint" hidden>Choose a picture<span class="keys"> (← or →)</span></p>
      <div id="below"><button id="undo" class="link">Undo</button><button id="stop" class="link">Stop here</button></div>
    </section>
    <section id="end" hidden>
      <h1 id="thanks" tabindex="-1">Thank you</h1>
      <p id="done"></p>
      <div class="row">
        <button id="save" class="main">Save answers</button>
        <button id="copy">Copy answers</button>
        <button id="back"></button>
      </div>
      <p class="note" id="said" aria-live="polite">Give the saved file, or the text below, to whoever asked you.</p>
      <label>The answers as text<textarea id="text" readonly spellcheck="false"></textarea></label>
      <button id="next" class="link" style="padding-left: 0">Begin anew as another rater</button>
    </section>
    </main>
    <script>
    'use strict';
    const given = /*TRIALS*/null;
    const $ = id => document.getElementById(id);
    const pair = given?.kind === 'a-or-b', timed = given?.exposure != null, total = given?.trials?.length ?? 0;
    const place = 'gansh-answers-' + given?.page;
    const slots = [];
    let pictures = [];   // for each trial its <img> elements
    let state = null;    // the rater's session, as it is kept; the trial that is on is always number answers.length
    let turn = 0;        // a presentation that has been overtaken sees here that it is no longer the one
    let current = null;  // {at, since} from when the picture appears until it is answered
    let kept = true, saved = false;

    function below(n) { // uniform: draws past the last whole multiple of n are thrown away
      const limit = 2 ** 32 - 2 ** 32 % n, draw = new Uint32Array(1);
      do crypto.getRandomValues(draw); while (draw[0] >= limit);
      return draw[0] % n;
    }

    function shuffled(n) {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = below(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    }

    // Reading localStorage alone can throw (file:// in some browsers, cookies blocked).
    function keep() {
      saved = false;
      try {
        if (state) localStorage.setItem(place, JSON.stringify(state)); else localStorage.removeItem(place);
      } catch { kept = false; }
    }

    function restore() {
      try {
        const found = JSON.parse(localStorage.getItem(place));
        if (found?.order?.length === total && Array.isArray(found.answers)) state = found;
        localStorage.setItem(place + '-probe', '1');
        localStorage.removeItem(place + '-probe');
      } catch { kept = false; }
    }

    function showScreen(name) {
      if (!$(name).hidden) return;
      for (const id of ['start', 'trial', 'end']) $(id).hidden = id !== name;
      window.scrollTo(0, 0);
      $({ start: 'title', trial: 'question', end: 'thanks' }[name]).focus();
    }

    function showStart() {
      $('who').hidden = state !== null;
      $('earlier').hidden = $('anew').hidden = state === null;
      $('begin').textContent = state ? 'Go on' : 'Start';
      if (state) $('earlier').textContent = `${state.rater} has answered ${state.answers.length} of ${total}.`;
      $('unkept').hidden = kept;
      showScreen('start');
    }

    function begin() {
      if ($('begin').disabled) return;
      if (!state) {
        const now = new Date().toISOString();
        state = {
          rater: $('rater').value.trim() || 'rater-' + below(65536).toString(16).padStart(4, '0'), begun: now, ended: now,
          order: shuffled(total), left: Array.from({ length: total }, () => pair ? below(2) : 0), answers: [],
        };
        keep();
      }
      present();
    }

    function anew() {
      if (!confirm('The answers given so far are forgotten on this page. Have they been saved?')) return;
      state = null;
      $('rater').value = '';
      keep();
      showStart();
    }

    const frame = () => new Promise(requestAnimationFrame);

    // Half a frame early, so that 500 ms are 30 frames at 60 Hz and not now and then 31.
    async function pass(milliseconds, since, mine) {
      let now = since;
      while (now - since < milliseconds - 8 && mine === turn) now = await frame();
      return now;
    }

    async function present() {
      const mine = ++turn, at = state.answers.length, stage = $('stage');
      current = null;
      if (at >= total) return finish();
      showScreen('trial');
      $('question').focus({ preventScroll: true }); // a focus ring left on the last choice would hint at it again
      $('where').textContent = `${at + 1} of ${total}`;
      $('bar').value = at;
      $('undo').disabled = at === 0;
      stage.dataset.phase = 'blank';
      const images = [...pictures[state.order[at]]];
      if (state.left[at] === 1) images.reverse();
      images.forEach((image, i) => slots[i].replaceChildren(image, ...(timed ? [noise(image)] : [])));
      // The short blank shows that the picture has changed, and takes up the second half of a double click.
      await frame();
      const start = performance.now();
      if (timed && mine === turn) stage.dataset.phase = 'cross';
      await Promise.all(images.map(image => image.decode().catch(() => {})));
      const since = await pass(timed ? 500 : 200, start, mine);
      if (mine !== turn) return;
      stage.dataset.phase = 'picture';
      current = { at, since };
      if (!timed) return;
      await pass(given.exposure, since, mine);
      if (mine === turn) stage.dataset.phase = 'mask';
    }

    function noise(image) { // patches from coarse to fine: fine noise alone would leave the large shapes unmasked
      const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
      const w = canvas.width = image.naturalWidth, h = canvas.height = image.naturalHeight;
      for (let size = Math.max(w, h); size >= Math.max(w, h, 64) / 64; size /= 2) {
        for (let n = 3 + 0.5 * w * h / size / size; n > 0; n--) {
          const s = Math.ceil(size), [x, y, ...rgb] = [w, h, 256, 256, 256].map(top => Math.floor(Math.random() * top));
          context.fillStyle = `rgb(${rgb})`;
          context.fillRect(x - (s >> 1), y - (s >> 1), s, s);
        }
      }
      canvas.style.cssText = image.style.cssText;
      return canvas;
    }

    function answer(side) { // 0: left or real, 1: right or generated
      if (!current) return;
      const { at, since } = current, left = state.left[at];
      const record = {
        trial: given.trials[state.order[at]].id,
        answer: pair ? (side === 0 ? left : 1 - left) : ['real', 'generated'][side],
        milliseconds: Math.max(0, Math.round(performance.now() - since)), position: at,
      };
      if (pair) record.left = left;
      state.answers.push(record);
      state.ended = new Date().toISOString();
      keep();
      present();
    }

    function undo() {
      if (timed || state.answers.length === 0) return;
      state.answers.pop();
      keep();
      present();
    }

    function finish() {
      turn++;
      current = null;
      const n = state.answers.length, all = n >= total;
      $('done').textContent = all ? `You have answered all ${total}.` : `You have answered ${n} of ${total}.`;
      $('back').textContent = all ? 'Undo the last answer' : 'Go on';
      $('back').hidden = all && timed;
      $('text').value = JSON.stringify({
        gansh: 'human answers', version: 1, page: given.page, rater: state.rater,
        begun: state.begun, ended: state.ended, answers: state.answers,
      }, null, 1) + '\n';
      showScreen('end');
    }

    function save() {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([$('text').value], { type: 'application/json' }));
      const rater = state.rater.replace(/[^\p{L}\p{N}_-]+/gu, '-');
      link.download = `answers-${given.page.slice(0, 8)}-${rater}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      saved = true;
      $('said').textContent = `Saved as ${link.download}.`;
    }

    async function copy() {
      let copied = true;
      try { await navigator.clipboard.writeText($('text').value); } catch { // no clipboard outside a secure context
        $('text').select();
        copied = document.execCommand('copy');
      }
      $('said').textContent = copied ? 'Copied.' : 'Could not copy: select the text below and copy it.';
    }

    // One scale for all pictures; whole steps where the pixels are shown as squares.
    function layOut() {
      const all = pictures.flat(), n = slots.length;
      const w = Math.max(...all.map(i => i.naturalWidth)), h = Math.max(...all.map(i => i.naturalHeight));
      const wide = Math.min(document.documentElement.clientWidth, 1280) - 32 - 24 - 12 * (n - 1);
      const high = Math.max(160, window.innerHeight - 320), square = Math.max(w, h) < 64;
      let scale = Math.min(Math.max(1, given.magnification || 1), wide / n / w, high / h);
      if (square && scale > 1) scale = Math.floor(scale);
      for (const slot of slots) slot.style.cssText = `width: ${w * scale}px; height: ${h * scale}px`;
      for (const element of [...all, ...$('stage').querySelectorAll('canvas')]) {
        const [ew, eh] = [element.naturalWidth ?? element.width, element.naturalHeight ?? element.height];
        element.style.cssText = `width: ${ew * scale}px; height: ${eh * scale}px;` +
          `image-rendering: ${square ? 'pixelated' : 'auto'}`;
      }
    }

    async function load() {
      for (const trial of given.trials) {
        const images = trial.images.map(source => Object.assign(new Image(), { src: source, alt: 'a picture' }));
        if (images.length !== slots.length) throw new Error(`trial ${trial.id} has ${images.length} pictures`);
        for (const image of images) await image.decode().catch(() => {
          throw new Error(`a picture of trial ${trial.id} cannot be read`);
        });
        pictures.push(images);
      }
    }

    async function main() {
      if (total === 0) throw new Error('it holds no trials');
      document.title = $('title').textContent = given.title;
      $('asked').textContent = $('question').textContent = given.question;
      $('count').textContent = `${total} trial${total === 1 ? '' : 's'}. `;
      $('task').textContent = (pair
        ? 'Each trial shows two pictures side by side; choose the one that answers the question below. '
        : 'Each trial shows one picture; say whether you take it for real or for generated by a computer. ') + (timed
        ? `Look at the cross: the picture${pair ? 's' : ''} that follow${pair ? '' : 's'} can be seen for ` +
          `${given.exposure} milliseconds only.`
        : 'Take as long as you like.');
      $('keys').textContent = `Keys: Enter start, ${pair ? '← left, → right' : 'R or ← real, G or → generated'}` +
        (timed ? '.' : ', Backspace undo.');
      $('choices').hidden = pair;
      $('hint').hidden = !pair;
      $('undo').hidden = timed;
      if (timed) $('below').style.justifyContent = 'center';
      $('bar').max = total;
      $('where').style.minWidth = `${`${total} of ${total}`.length}ch`;
      for (let side = 0; side < (pair ? 2 : 1); side++) {
        const slot = document.createElement(pair ? 'button' : 'div');
        slot.className = 'slot';
        if (pair) {
          slot.setAttribute('aria-label', ['left picture', 'right picture'][side]);
          slot.addEventListener('click', () => answer(side));
        }
        slots.push(slot);
        $('stage').append(slot);
      }
      restore();
      showScreen('start');
      await load();
      layOut();
      // The width only: a phone's address bar that comes and goes changes the height, and pictures must not jump.
      let width = innerWidth;
      addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; layOut(); } });
      $('begin').disabled = false;
      if (state && state.answers.length >= total) finish(); else showStart();
    }

    $('form').addEventListener('submit', event => { event.preventDefault(); begin(); });
    $('trial').addEventListener('mousedown', event => event.preventDefault()); // a click or a tap moves no focus
    $('real').addEventListener('click', () => answer(0));
    $('generated').addEventListener('click', () => answer(1));
    for (const [id, act] of Object.entries({ anew, undo, stop: finish, save, copy, next: anew })) {
      $(id).addEventListener('click', act);
    }
    $('back').addEventListener('click', () => state.answers.length >= total ? undo() : present());
    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const button = event.target instanceof HTMLButtonElement, input = event.target instanceof HTMLInputElement;
      if (event.repeat) { // a key held down answers once
        if (!input && ['Enter', ' ', 'ArrowLeft', 'ArrowRight', 'Backspace'].includes(event.key)) event.preventDefault();
      } else if (!$('start').hidden) {
        if (event.key === 'Enter' && !button && !input) begin();
      } else if (!$('trial').hidden) {
        const side = { ArrowLeft: 0, ArrowRight: 1, ...(pair ? {} : { r: 0, R: 0, g: 1, G: 1 }) }[event.key];
        if (side !== undefined) answer(side); else if (event.key === 'Backspace') undo(); else return;
        event.preventDefault();
      }
    });
    addEventListener('beforeunload', event => {
      if (!kept && !saved && state?.answers.length) event.preventDefault();
    });
    main().catch(error => {
      $('start').hidden = true;
      $('problem').textContent = `This page cannot be used: ${error.message}.`;
      $('problem').hidden = false;
    });
    </script>
    </body>
    </html>
    """#
}
