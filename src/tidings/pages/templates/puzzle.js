// Solves the puzzle of a form: a number for which the SHA-256 of "puzzle:number" begins with zeros. It works in short slices from the
// moment that somebody touches the form, so that it is solved before they have written their name. Nothing leaves the page.
"use strict";
(() => {
  const puzzle = document.querySelector("input[name=_puzzle]");
  const answer = document.querySelector("input[name=_answer]");
  const form = puzzle.form;
  const wait = document.getElementById("wait");
  document.getElementById("no-script").hidden = true;
  const bits = Number(puzzle.dataset.bits);
  const K = new Uint32Array(64);
  const FIRST = new Uint32Array(8);
  const W = new Uint32Array(64);

  // The constants of SHA-256: fractions of the roots of the first primes.
  for (let count = 0, n = 2; count < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) FIRST[count] = (Math.sqrt(n) % 1) * 2 ** 32;
    K[count++] = (Math.cbrt(n) % 1) * 2 ** 32;
  }

  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  /** The first 32 bits of the SHA-256 of an ASCII text of at most 55 characters: one block. */
  function head(text) {
    W.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    W[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
    W[15] = text.length * 8;
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15];
      const b = W[i - 2];
      W[i] = W[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + W[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = FIRST;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    return (a + FIRST[0]) >>> 0;
  }

  let tried = 0;
  let isWorking = false;
  let isSent = false;

  function slice() {
    const end = performance.now() + 12;
    while (performance.now() < end) {
      for (let i = 0; i < 200; i++, tried++) {
        if (head(`${puzzle.value}:${tried}`) >>> (32 - bits) !== 0) continue;
        answer.value = String(tried);
        if (isSent) form.submit();
        return;
      }
    }
    setTimeout(slice, 0);
  }

  function begin() {
    if (isWorking) return;
    isWorking = true;
    slice();
  }

  form.addEventListener("focusin", begin);
  form.addEventListener("submit", (event) => {
    if (answer.value) return;
    event.preventDefault();
    isSent = true;
    wait.hidden = false;
    begin();
  });
})();
