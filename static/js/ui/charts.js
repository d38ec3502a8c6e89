/** Charts drawn by hand: an SVG with a title and a description, and the same figures as a table for who reads rather than looks. */
import { html, svg } from "../../vendor/lit-html/lit-html.js";
import { number } from "../lib/format.js";

const WIDE = 320;
const ROW = 44;
const LONGEST = 30;
const HOURS_WIDE = 480;
const FLOOR = 148;
const HIGHEST = 116;

/** Where something `wide` that begins `x` behind the side on which reading begins stands in a drawing that is `all` across. */
function behind(all) {
  const isTurned = document.documentElement.dir === "rtl";
  return (x, wide = 0) => (isTurned ? all - x - wide : x);
}

/** A chart in its frame. `columns` are the table's headings, `rows` arrays of their cells. */
export function chart({ id, title, says, drawing, wide, tall, columns, rows }) {
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${wide} ${tall}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${says}</desc>${drawing}</svg>
    <div class="visually-hidden"><table><caption>${title}</caption><thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>
  </figure>`;
}

/** Bars lying down under their names, the longest first: `bars` are `{name, count, status}`. */
export function pareto({ id, title, bars, unit }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const from = behind(WIDE);
  const drawing = bars.map(({ name, count, status = "info" }, at) => svg`<g data-status=${status}>
      <text x=${from(0)} y=${at * ROW + 19}>${shortened(name)}</text><text class="chart-value" text-anchor="end" x=${from(WIDE)} y=${at * ROW + 19}>${number(count)}</text>
      <rect class="chart-track" x="0" y=${at * ROW + 25} width=${WIDE} height="11" rx="3"></rect>
      <rect class="chart-bar" x=${from(0, (count / most) * WIDE)} y=${at * ROW + 25} width=${(count / most) * WIDE} height="11" rx="3"></rect></g>`);
  const says = bars.map(({ name, count }) => `${name} ${number(count)}`).join(", ");
  const rows = bars.map(({ name, count }) => [name, number(count)]);
  return chart({ id, title, says, drawing, wide: WIDE, tall: Math.max(1, bars.length) * ROW, columns: [title, unit], rows });
}

/** Columns standing side by side, each with its count above: `bars` as before, names short. */
export function columns({ id, title, bars, unit }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const slot = HOURS_WIDE / bars.length;
  const from = behind(HOURS_WIDE);
  const drawing = bars.map(({ name, count, status }, at) => {
    const high = (count / most) * 60;
    return svg`<g data-status=${status}><rect class="chart-bar" x=${from(at * slot + 6, slot - 12)} y=${88 - high} width=${slot - 12} height=${high} rx="3"></rect>
      <text class="chart-value" text-anchor="middle" x=${from((at + 0.5) * slot)} y=${82 - high}>${number(count)}</text>
      <text text-anchor="middle" x=${from((at + 0.5) * slot)} y="110">${name}</text></g>`;
  });
  const says = bars.map(({ name, count }) => `${name} ${number(count)}`).join(", ");
  return chart({ id, title, says, drawing, wide: HOURS_WIDE, tall: 118, columns: [title, unit], rows: bars.map(({ name, count }) => [name, number(count)]) });
}

/** Two columns an hour: `hours` are `{label, picked, packed}`, the last one still running. */
export function hourly({ id, title, hours, words }) {
  const most = Math.max(1, ...hours.flatMap(({ picked, packed }) => [picked, packed]));
  const slot = HOURS_WIDE / Math.max(8, hours.length);
  const from = behind(HOURS_WIDE);
  const column = (value, x, status, running) => {
    const high = (value / most) * HIGHEST;
    return svg`<rect class="chart-bar" data-status=${status} ?data-running=${running} x=${from(x, slot * 0.38)} y=${FLOOR - high} width=${slot * 0.38} height=${high}></rect>`;
  };
  const drawing = hours.map(({ label, picked, packed }, at) => svg`${column(picked, at * slot + slot * 0.1, "info", at === hours.length - 1)}
    ${column(packed, at * slot + slot * 0.52, "ok", at === hours.length - 1)}
    <text class="chart-hour" text-anchor="middle" x=${from((at + 0.5) * slot)} y=${FLOOR + 18}>${label.slice(0, 2)}</text>
    <text class="chart-hour chart-value" text-anchor="middle" x=${from((at + 0.5) * slot)} y=${FLOOR - 5 - (Math.max(picked, packed) / most) * HIGHEST}>${number(Math.max(picked, packed))}</text>`);
  const rows = hours.map(({ label, picked, packed }) => [label, number(picked), number(packed)]);
  const says = rows.map(([label, picked, packed]) => `${label}: ${words.picked} ${picked}, ${words.packed} ${packed}`).join("; ");
  const key = (x, status, word) => svg`<rect class="chart-bar" data-status=${status} x=${from(x, 15)} y=${FLOOR + 29} width="15" height="15"></rect><text x=${from(x + 22)} y=${FLOOR + 42}>${word}</text>`;
  const legend = [key(0, "info", words.picked), key(HOURS_WIDE / 2, "ok", words.packed)];
  return chart({ id, title, says, drawing: [drawing, legend], wide: HOURS_WIDE, tall: FLOOR + 50, columns: [words.hour, words.picked, words.packed], rows });
}

function shortened(name) {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}
